import { Listr, type ListrBaseClassOptions, ListrLogger, type ListrTask, ProcessOutput } from "listr2";
import type { Report } from "../../sandbox/progress.ts";

/** One step that a person watches. */
export interface Step {
  readonly title: string;
  readonly run: (report: Report) => Promise<string | undefined>;
}

/** Between two lines that say the same with other figures, where no terminal redraws them. */
const QUIET_MILLISECONDS = 5_000;

/** Progress as a log wants it: whatever is new at once, what only counts on (`30 of 176 resources`) now and then. */
export function slowly(report: Report, now: () => number = () => performance.now()): Report {
  let last = { what: "", at: 0 };
  return (message) => {
    const what = message.replace(/\d+/g, "#");
    if (what === last.what && now() - last.at < QUIET_MILLISECONDS) return;
    last = { what, at: now() };
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
      const result = await run(terminal ? say : slowly(say));
      if (result !== undefined) task.title = `${title}: ${result}`;
    },
  }));
  // Off a terminal, progress is no part of the result: standard output is the summary's.
  const logger = new ListrLogger({
    processOutput: new ProcessOutput(process.stderr, process.stderr),
    useIcons: true,
  });
  const list = new Listr(tasks, {
    concurrent: false,
    exitOnError: true,
    registerSignalListeners: false,
    renderer: silent ? "silent" : terminal ? "default" : "simple",
    // The command prints failures itself, whole.
    rendererOptions: terminal
      ? { showErrorMessage: false, collapseErrors: false }
      : { showErrorMessage: false, logger },
  } as ListrBaseClassOptions);
  await list.run();
}
