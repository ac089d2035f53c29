import { type ProgramRun, runDeclarations } from "../automation/plan/host.ts";
import { sandboxModels } from "../automation/plan/sandbox-models.ts";
import { root } from "./measure.ts";

/** The project and the stack that generated programs run as, in a plan and under the engine. */
export const benchProject = "bench";
export const benchStack = "dev";

/** Runs declarations in this process, as a plan does: with its checks, without packs. */
export function runHere(program: () => void): Promise<ProgramRun> {
  const settings = {
    root,
    project: benchProject,
    stack: benchStack,
    main: "",
    config: {},
    secretKeys: [],
    notes: [],
  };
  return runDeclarations(settings, sandboxModels({}), async () => program());
}
