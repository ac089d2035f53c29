/**
 * What Cloud Run sells. CPU sizes: run v2 discovery document, 2026-10. Memory bounds per CPU: the documentation's pages
 * "Configure CPU limits" and "Configure memory limits for services". Whole CPUs run in the second-generation execution
 * environment, which takes 512 MiB or more; fractions of one run in the first, which takes 128 MiB.
 */
const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

/** CPU of one instance: 0.08 to 1 in steps of 0.001, or one of these. */
const WHOLE_CPUS = [1, 2, 4, 6, 8] as const;

const LEAST_MEMORY: Record<number, number> = {
  1: 512 * MEBIBYTE,
  2: 512 * MEBIBYTE,
  4: 2 * GIBIBYTE,
  6: 4 * GIBIBYTE,
  8: 4 * GIBIBYTE,
};
const MOST_MEMORY: Record<number, number> = {
  1: 4 * GIBIBYTE,
  2: 8 * GIBIBYTE,
  4: 16 * GIBIBYTE,
  6: 24 * GIBIBYTE,
  8: 32 * GIBIBYTE,
};

/** What is wrong with a number of CPUs, or undefined. */
export function cpuProblem(cpu: number): string | undefined {
  const fraction = cpu >= 0.08 && cpu < 1 && Number.isInteger(Math.round(cpu * 1e6) / 1e3);
  if (fraction || (WHOLE_CPUS as readonly number[]).includes(cpu)) return undefined;
  return `${cpu} CPU is not sold by Cloud Run: use 0.08 to 1 (in thousandths), or ${WHOLE_CPUS.slice(1).join(", ")}`;
}

/** What is wrong with an amount of memory (bytes) beside a number of CPUs, or undefined. */
export function memoryProblem(cpu: number, bytes: number): string | undefined {
  const least = cpu < 1 ? 128 * MEBIBYTE : LEAST_MEMORY[cpu];
  const most = cpu < 0.5 ? 512 * MEBIBYTE : cpu < 1 ? GIBIBYTE : MOST_MEMORY[cpu];
  if (least === undefined || most === undefined || (bytes >= least && bytes <= most)) return undefined;
  const text = (amount: number) => `${amount / MEBIBYTE} MiB`;
  return `${text(bytes)} does not go with ${cpu} CPU: Cloud Run allows ${text(least)} to ${text(most)}`;
}

/** What is wrong with bounds on the number of instances, or undefined. */
export function instancesProblem(min: number, max: number): string | undefined {
  if (!Number.isInteger(min) || min < 0) return `min ${min} must be a whole number from 0`;
  if (!Number.isInteger(max) || max < 1) return `max ${max} must be a whole number from 1`;
  return min > max ? `min ${min} is more than max ${max}; lower min or raise max` : undefined;
}
