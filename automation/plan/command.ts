import { resolve } from "node:path";
import { EXIT } from "../exit.ts";
import { showsColor } from "../terminal.ts";
import { plan } from "./plan.ts";
import { withProgress } from "./progress.ts";
import { type Format, planFiles, report } from "./report.ts";
import { isBlocked } from "./result.ts";
import { writeFiles } from "./write.ts";

/**
 * `slipway plan`: plans, writes files, prints; gives the exit code.
 * @throws PlanError, UsageError; see {@link plan}
 */
export async function runPlan(
  root: string,
  flags: { readonly stack: string; readonly format: Format; readonly out?: string },
): Promise<number> {
  const folder = flags.out === undefined ? undefined : resolve(flags.out);
  const result = await withProgress(`planning ${flags.stack}`, () =>
    plan({ root, stack: flags.stack, ownProcess: true }),
  );
  if (folder !== undefined) writeFiles(folder, planFiles(result));
  process.stdout.write(report(result, flags.format, showsColor(process.stdout)));
  return isBlocked(result) ? EXIT.policy : EXIT.ok;
}
