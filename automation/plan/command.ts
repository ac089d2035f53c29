import { resolve } from "node:path";
import { todayInUtc } from "../../policies/core/evaluate.ts";
import { EXIT } from "../exit.ts";
import { showsColor } from "../terminal.ts";
import { type BasePlan, planDelta } from "./delta/delta.ts";
import { readBasePlan } from "./delta/read.ts";
import { shownPlan } from "./formats/shown.ts";
import { policyPages } from "./pages.ts";
import { plan, planWithFiles } from "./plan.ts";
import { withProgress } from "./progress.ts";
import { readProject } from "./project.ts";
import { type Format, planFiles, reportShown } from "./report.ts";
import { isBlocked, type PlanResult } from "./result.ts";
import { writeFiles } from "./write.ts";

/**
 * `slipway plan`: plans, compares, writes files, prints; gives the exit code.
 * @throws PlanError, UsageError; see {@link planWithFiles}
 */
export async function runPlan(
  root: string,
  flags: {
    readonly stack: string;
    readonly format: Format;
    readonly out?: string;
    readonly against?: string;
    /** Folders, relative to where the command is typed. */
    readonly policyPack?: readonly string[];
  },
): Promise<number> {
  const { stack, against, policyPack = [] } = flags;
  const folder = flags.out === undefined ? undefined : resolve(flags.out);
  const base = against === undefined ? undefined : readBasePlan(against, readProject(root, stack));
  const policyPacks = policyPack.map((one) => resolve(one));
  const options = { root, stack, ownProcess: true, policyPacks };
  const shown = (result: PlanResult) => shownPlan(result, { pages: policyPages(root) });
  const result = await withProgress(`planning ${stack}`, async () => {
    if (folder === undefined) return compared(await plan(options), base);
    const { result: planned, files, notes } = await planWithFiles(options);
    const told = compared({ ...planned, notes: [...planned.notes, ...notes] }, base);
    const left = writeFiles(folder, new Map([...planFiles(shown(told)), ...files]));
    return { ...told, notes: [...told.notes, ...left] };
  });
  process.stdout.write(reportShown(shown(result), flags.format, showsColor(process.stdout)));
  return isBlocked(result) ? EXIT.policy : EXIT.ok;
}

/** A plan with what separates it from another one, if there is one. */
function compared(result: PlanResult, base: BasePlan | undefined): PlanResult {
  return base === undefined ? result : { ...result, delta: planDelta(base, result, todayInUtc()) };
}
