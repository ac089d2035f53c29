import { resolve } from "node:path";
import { EXIT } from "../exit.ts";
import { showsColor } from "../terminal.ts";
import { plan, planWithFiles } from "./plan.ts";
import { withProgress } from "./progress.ts";
import { type Format, planFiles, report } from "./report.ts";
import { isBlocked } from "./result.ts";
import { writeFiles } from "./write.ts";

/**
 * `slipway plan`: plans, writes files, prints; gives the exit code.
 * @throws PlanError, UsageError; see {@link planWithFiles}
 */
export async function runPlan(
  root: string,
  flags: { readonly stack: string; readonly format: Format; readonly out?: string },
): Promise<number> {
  const folder = flags.out === undefined ? undefined : resolve(flags.out);
  const options = { root, stack: flags.stack, ownProcess: true };
  const result = await withProgress(`planning ${flags.stack}`, async () =>
    folder === undefined ? await plan(options) : written(folder, await planWithFiles(options)),
  );
  process.stdout.write(report(result, flags.format, showsColor(process.stdout)));
  return isBlocked(result) ? EXIT.policy : EXIT.ok;
}

/** Writes all files of a plan; gives the plan with what the reader should know of them. */
function written(folder: string, { result, files, notes }: Awaited<ReturnType<typeof planWithFiles>>) {
  const told = { ...result, notes: [...result.notes, ...notes] };
  const left = writeFiles(folder, new Map([...planFiles(told), ...files]));
  return { ...told, notes: [...told.notes, ...left] };
}
