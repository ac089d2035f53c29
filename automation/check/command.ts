import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { NO_SETTINGS } from "../../policies/core/settings.ts";
import { EXIT } from "../exit.ts";
import { UsageError } from "../plan/errors.ts";
import { policyPages } from "../plan/pages.ts";
import { withProgress } from "../plan/progress.ts";
import { type Format, reportShown } from "../plan/report.ts";
import { isBlocked } from "../plan/result.ts";
import { writeWhole } from "../plan/write.ts";
import { filePolicySettings } from "../policies/settings.ts";
import { showsColor } from "../terminal.ts";
import { check } from "./check.ts";
import { checkFiles, shownCheck } from "./shown.ts";
import { readSources } from "./sources.ts";

/**
 * `slipway check`: reads, judges, writes files, prints; gives the exit code.
 * @throws UsageError, PlanError, CommandFailure; see {@link check}
 */
export async function runCheck(
  names: readonly string[],
  flags: {
    readonly format: Format;
    readonly out?: string;
    readonly environment?: string;
    readonly policies?: string;
    /** Folders, relative to where the command is typed. */
    readonly policyPack?: readonly string[];
  },
): Promise<number> {
  const { environment } = flags;
  if (environment !== undefined && !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(environment)) {
    throw new UsageError(
      `--environment "${environment}" is no name of one: lower-case letters, digits and "-", such as staging`,
    );
  }
  const settings = flags.policies === undefined ? NO_SETTINGS : filePolicySettings(flags.policies);
  const folder = flags.out === undefined ? undefined : resolve(flags.out);
  const result = await withProgress("checking", async () => {
    const { sources, problems } = await readSources(names);
    return check({
      sources,
      problems,
      checked: names,
      settings,
      policyPacks: (flags.policyPack ?? []).map((one) => resolve(one)),
      ...(environment === undefined ? {} : { environment }),
    });
  });
  const pages = policyPages(fileURLToPath(new URL("../../", import.meta.url)));
  if (folder !== undefined) {
    // Nothing else is touched: a plan's files may lie there, and be what was checked.
    for (const [file, text] of checkFiles(result, pages)) writeWhole(join(folder, file), text);
  }
  process.stdout.write(reportShown(shownCheck(result, pages), flags.format, showsColor(process.stdout)));
  return isBlocked(result) ? EXIT.policy : EXIT.ok;
}
