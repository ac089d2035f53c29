import { Listr, type ListrTask } from "listr2";
import type { Report } from "../../sandbox/progress.ts";

/** One step that a person watches. */
export interface Step {
  readonly title: string;
  readonly run: (report: Report) => Promise<string | undefined>;
}

/** Between two lines of one step's progress where no terminal redraws them. */
const QUIET_MILLISECONDS = 5_000;

/** Progress lines no more often than a log wants to hold them. */
function slowly(report: Report, interval: number): Report {
  let last = 0;
  return (message) => {
    const now = performance.now();
    if (now - last < interval) return;
    last = now;
    report(message);
  };
}

/**
 * Runs steps one after the other, showing each: redrawn on a terminal, as plain lines elsewhere, not at all with `silent`.
 * What a step returns is said behind its title.
 */
export async function runSteps(steps: readonly Step[], silent: boolean): Promise<void> {
  const terminal = process.stderr.isTTY === true && process.stdout.isTTY === true;
  const tasks: ListrTask[] = steps.map(({ title, run }) => ({
    title,
    task: async (_context, task) => {
      const say: Report = (message) => {
        task.output = message;
      };
      const result = await run(terminal ? say : slowly(say, QUIET_MILLISECONDS));
      if (result !== undefined) task.title = `${title}: ${result}`;
    },
  }));
  const list = new Listr(tasks, {
    concurrent: false,
    exitOnError: true,
    registerSignalListeners: false,
    renderer: silent ? "silent" : "default",
    fallbackRenderer: silent ? "silent" : "simple",
    // The command prints failures itself, whole.
    rendererOptions: { showErrorMessage: false, collapseErrors: false },
    fallbackRendererOptions: { showErrorMessage: false },
  } as never);
  await list.run();
}
