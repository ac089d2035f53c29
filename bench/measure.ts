import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Something to measure: gives one sample each time. */
export interface Case {
  readonly name: string;
  readonly sample: () => Promise<number> | number;
}

/**
 * Samples every case once a round, so that what the machine does besides weighs on all of them alike; the first round only
 * warms caches. Gives each case's samples by name.
 */
export async function interleaved(cases: readonly Case[], rounds: number): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, sample } of cases) {
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

/** Runs Node on a file of the checkout; gives what it printed. @throws Error with what it said, where it fails */
export function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** Seconds that a piece of work takes. */
export function seconds(work: () => unknown): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
}
