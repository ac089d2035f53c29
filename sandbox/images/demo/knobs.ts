import { readFileSync } from "node:fs";

/** What the demo image can be told to do wrong. */
export interface Knobs {
  /** 0–1: share of requests answered with 500. */
  readonly errorRate: number;
  /** Milliseconds before each answer, health checks excepted. */
  readonly latencyMs: number;
  /** Milliseconds before it listens. */
  readonly startupMs: number;
  /** Never listens. */
  readonly neverStarts: boolean;
  /** Milliseconds after which it ends with code 1; 0 means before it listens. */
  readonly exitAfterMs: number | null;
  /** Whether the liveness route passes. */
  readonly liveness: boolean;
  /** Whether the readiness routes pass. */
  readonly readiness: boolean;
  /** Milliseconds for which readiness fails from the moment this is turned; it comes back by itself. */
  readonly unreadyMs: number;
}

/** Everything right. */
export const HEALTHY: Knobs = {
  errorRate: 0,
  latencyMs: 0,
  startupMs: 0,
  neverStarts: false,
  exitAfterMs: null,
  liveness: true,
  readiness: true,
  unreadyMs: 0,
};

/** Longest wait that a knob can ask for: ten minutes, in milliseconds. */
const MAX_MS = 600_000;

const milliseconds = {
  allowed: `a number from 0 to ${MAX_MS}`,
  accepts: (value: unknown) => typeof value === "number" && value >= 0 && value <= MAX_MS,
};
const flag = { allowed: "true or false", accepts: (value: unknown) => typeof value === "boolean" };

/** What each knob accepts, and whether it can be turned while the process runs. */
const RULES: Record<
  keyof Knobs,
  { allowed: string; accepts: (value: unknown) => boolean; running: boolean }
> = {
  errorRate: {
    allowed: "a number from 0 to 1",
    accepts: (value) => typeof value === "number" && value >= 0 && value <= 1,
    running: true,
  },
  latencyMs: { ...milliseconds, running: true },
  startupMs: { ...milliseconds, running: false },
  neverStarts: { ...flag, running: false },
  exitAfterMs: {
    allowed: `null or ${milliseconds.allowed}`,
    accepts: (value) => value === null || milliseconds.accepts(value),
    running: false,
  },
  liveness: { ...flag, running: true },
  readiness: { ...flag, running: true },
  unreadyMs: { ...milliseconds, running: true },
};

/**
 * `knobs` with `change` applied.
 *
 * @param running true once the process serves: knobs about its start are refused then
 * @throws Error naming the knob and what it accepts; never quotes a value that is not a number
 */
export function turnKnobs(knobs: Knobs, change: unknown, running: boolean): Knobs {
  if (typeof change !== "object" || change === null || Array.isArray(change)) {
    throw new Error('Knobs are a JSON object, for example {"errorRate": 0.02}.');
  }
  const names = Object.keys(RULES).filter((name) => !running || RULES[name as keyof Knobs].running);
  for (const [name, value] of Object.entries(change)) {
    if (!names.includes(name)) {
      throw new Error(
        `There is no knob "${name.slice(0, 40)}"${running ? " to turn while running" : ""}. There is: ${names.join(", ")}.`,
      );
    }
    const rule = RULES[name as keyof Knobs];
    if (!rule.accepts(value)) throw new Error(`The knob "${name}" takes ${rule.allowed}.`);
  }
  return { ...knobs, ...change };
}

/** Environment variables that turn a knob, and the knob each turns. */
const VARIABLES = {
  DEMO_ERROR_RATE: "errorRate",
  DEMO_LATENCY_MS: "latencyMs",
  DEMO_STARTUP_MS: "startupMs",
} as const;

/**
 * The knobs of an image tag, changed by the environment.
 *
 * @param image `sandbox/demo:TAG`
 * @throws Error when the tag does not exist or a variable is out of its range
 */
export function initialKnobs(image: string, env: Readonly<Record<string, string | undefined>>): Knobs {
  const tags = JSON.parse(readFileSync(new URL("./tags.json", import.meta.url), "utf8")) as Record<
    string,
    { readonly knobs: unknown }
  >;
  const name = image.slice(image.indexOf(":") + 1);
  const tag = Object.hasOwn(tags, name) ? tags[name] : undefined;
  if (tag === undefined)
    throw new Error(`There is no tag "${name}". There is: ${Object.keys(tags).join(", ")}.`);
  let knobs = turnKnobs(HEALTHY, tag.knobs, false);
  for (const [variable, knob] of Object.entries(VARIABLES)) {
    const text = env[variable];
    if (text === undefined || text === "") continue;
    try {
      knobs = turnKnobs(knobs, { [knob]: Number(text) }, false);
    } catch (error) {
      throw new Error(`${variable}: ${(error as Error).message}`);
    }
  }
  return knobs;
}
