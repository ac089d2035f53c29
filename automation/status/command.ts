import { resolve } from "node:path";
import { type Duration, seconds } from "../../components/units.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { factsOf } from "../plan/monitoring/facts.ts";
import { plan } from "../plan/plan.ts";
import { withProgress } from "../plan/progress.ts";
import { stackFileOf } from "../plan/project.ts";
import { writeWhole } from "../plan/write.ts";
import { showsColor } from "../terminal.ts";
import { redrawn, renderStatus } from "./render.ts";
import { chooseMeter, type Meter, type SourceFlags } from "./source-of.ts";
import type { Status } from "./status.ts";
import { statusExit, statusOf } from "./status-of.ts";

/** Options of `slipway status`. */
export interface StatusFlags extends SourceFlags {
  readonly stack: string;
  readonly watch?: true;
  readonly json?: true;
  readonly html?: string;
  readonly range: string;
}

/** Widest that it is shown: longer lines are harder to read. */
const WIDTH = 100;

/** Milliseconds between two looks. */
const EVERY = 5000;

function text(status: Status): string {
  const width = Math.min(WIDTH, process.stdout.columns ?? WIDTH);
  return renderStatus(status, showsColor(process.stdout), width);
}

/**
 * `slipway status`: plans for what is promised, asks what was measured, shows it; gives the exit code.
 * @throws PlanError, UsageError, CommandFailure where nobody can be asked
 */
export async function runStatus(root: string, flags: StatusFlags): Promise<number> {
  checkFlags(flags);
  stackFileOf(root, flags.stack);
  const meter = await chooseMeter(root, flags);
  const { resources } = await withProgress(`planning ${flags.stack}`, () =>
    plan({ root, stack: flags.stack, ownProcess: true }),
  );
  const facts = factsOf(resources);
  const look = async () => statusOf(flags.stack, facts, await meter.answers(facts));
  if (flags.watch) return await watch(look);
  const status = await withProgress("asking what was measured", look);
  if (flags.html !== undefined) await writePage(flags.html, status, facts, meter, flags.range);
  process.stdout.write(flags.json ? `${JSON.stringify(status, null, 2)}\n` : text(status));
  return statusExit(status);
}

function checkFlags({ watch, json, html }: StatusFlags): void {
  if (!watch) return;
  if (json || html !== undefined) {
    throw new CommandFailure(
      "--watch is for a terminal: leave out --json and --html, or --watch",
      EXIT.usage,
    );
  }
  if (!process.stdout.isTTY) {
    throw new CommandFailure(
      "--watch needs a terminal, and there is none: leave it out, and call it as often as you like",
      EXIT.usage,
    );
  }
}

/** Charts are loaded where they are drawn: nothing else needs them. */
async function writePage(
  file: string,
  status: Status,
  facts: ReturnType<typeof factsOf>,
  { history }: Meter,
  range: string,
): Promise<void> {
  const { askSeries } = await import("./series.ts");
  const { statusPage } = await import("./page/page.ts");
  const target = resolve(file);
  const series = await withProgress("asking what was before", async () =>
    history === undefined
      ? undefined
      : await askSeries(history, facts, new Date(status.at), seconds(range as Duration)),
  );
  try {
    writeWhole(target, statusPage(status, facts, series));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFailure(`--html: ${target} can't be written: ${message}`);
  }
  process.stderr.write(`wrote ${target}\n`);
}

/** Shows it again and again, until Ctrl-C; gives what the last look would have ended with. */
async function watch(look: () => Promise<Status>): Promise<number> {
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once("SIGINT", interrupted);
  let code: number = EXIT.failed;
  try {
    while (!stop.signal.aborted) {
      const shown = await look().then(
        (status) => {
          code = statusExit(status);
          return text(status);
        },
        (error: Error) => {
          // It may be back at the next look.
          code = EXIT.failed;
          if (error instanceof CommandFailure) return `${error.message}\n`;
          throw error;
        },
      );
      process.stdout.write(redrawn(shown, process.stdout.rows ?? 24));
      await pause(stop.signal);
    }
  } finally {
    process.off("SIGINT", interrupted);
  }
  return code;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, EVERY);
    signal.addEventListener("abort", end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      done();
    }
    if (signal.aborted) end();
  });
}
