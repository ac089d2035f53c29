import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Something to measure: gives one sample each time. */
export interface Case {
  readonly name: string;
  readonly sample: () => Promise<number>;
}

/** Each case's samples by name, in the order of the rounds. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/** What is under way ends when this is aborted, and nothing new begins. */
export const stopping = new AbortController();

/**
 * Samples every case once a round, so that what the machine does besides weighs on all of them alike, in turns forwards and
 * backwards, so that no case always comes after the same one; the first round only warms caches.
 */
export async function interleaved(cases: readonly Case[], rounds: number): Promise<Samples> {
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, sample } of round % 2 === 0 ? cases : cases.toReversed()) {
      process.stderr.write(`${round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`}: ${name}\n`);
      const value = await sample();
      if (round >= 0) samples.get(name)?.push(value);
    }
  }
  return samples;
}

/** The middle one of several values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - ((sorted.length + 1) % 2)], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError("there is no median of nothing");
  return (low + high) / 2;
}

/** How many times as much one case takes as another: round by round, since both had the same machine in each. */
export function ratios(samples: Samples, one: string, other: string): number[] {
  const [above, below] = [samples.get(one) ?? [], samples.get(other) ?? []];
  return above.map((value, round) => value / (below[round] ?? Number.NaN));
}

/** How a child process is run, besides its command. */
export interface RunOptions {
  /** Default: the checkout. */
  readonly cwd?: string;
  /** Added to this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command and waits for its end; gives what it printed on standard output.
 * @throws Error with what it said, where it fails, or where the measurement was stopped
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  stopping.signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => child.kill("SIGTERM");
  stopping.signal.addEventListener("abort", stop);
  const printed = ["", ""];
  for (const [index, stream] of [child.stdout, child.stderr].entries()) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed[index] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      stopping.signal.removeEventListener("abort", stop);
      if (stopping.signal.aborted) reject(stopping.signal.reason);
      else if (code === 0) resolve(printed[0] ?? "");
      else
        reject(
          new Error(`${[command, ...args].join(" ")} ended with ${code ?? signal}:\n${printed.join("\n")}`),
        );
    });
  });
}

/** Runs Node on a file of the checkout, or of `cwd`; as {@link run}. */
export function node(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(process.execPath, args, options);
}

/** Seconds that a piece of work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
