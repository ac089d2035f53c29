import type { ReleasePlan } from "../../components/release/plan.ts";
import type { Environment } from "../../components/scope.ts";
import { BACKEND_OBJECTIVES, FRONTEND_OBJECTIVES } from "./objectives.ts";

/** How the backend's new versions reach its users (OS-06, OS-07, OS-08). */
export const BACKEND_RELEASE: ReleasePlan = {
  strategy: "canary",
  steps: [
    { weight: 10, hold: "24 h" },
    { weight: 50, hold: "15 min" },
    { weight: 100, hold: "15 min" },
  ],
  header: { name: "X-Onesource-Canary", value: "always" },
  gates: BACKEND_OBJECTIVES.map(({ name }) => name),
  comparisons: [
    {
      name: "session-completion",
      metric: { good: "sessions_completed_total", total: "sessions_started_total" },
      worseBy: 5,
    },
    { name: "time-to-first-token", metric: "time_to_first_token_seconds", worseBy: 20 },
  ],
  soak: {
    for: "48 h",
    every: "10 min",
    rounds: [
      { name: "short-conversation", turns: 3 },
      { name: "conversation", turns: 5 },
      { name: "long-conversation", turns: 10 },
      { name: "token-pressure", turns: 3, tokens: 4000 },
      { name: "in-parallel", turns: 3, parallel: 5 },
    ],
  },
  emergency: { flags: { USE_UNIFIED_PIPELINE: "0", CONV_STORE_PRIMARY: "mongo" }, within: "2 min" },
};

/** The same plan where nobody waits for days: the sandbox's steps take seconds. */
const IN_SANDBOX: ReleasePlan = {
  ...BACKEND_RELEASE,
  steps: BACKEND_RELEASE.steps.map(({ weight }) => ({ weight, hold: "20 s" })),
  every: "5 s",
  ...(BACKEND_RELEASE.soak === undefined
    ? {}
    : { soak: { ...BACKEND_RELEASE.soak, for: "2 min", every: "20 s" } }),
};

/** How the backend's new versions reach the users of one environment. */
export function backendRelease(environment: Environment): ReleasePlan {
  return environment === "sandbox" ? IN_SANDBOX : BACKEND_RELEASE;
}

/**
 * How the pages' new versions reach their users: all at once, once the new ones answered beside the old ones. A page of one
 * version asks for files that the other doesn't have, so no share of the requests is split off.
 */
const FRONTEND_RELEASE: ReleasePlan = {
  strategy: "blue-green",
  tests: [{ name: "pages", path: "/", within: "2 s" }],
  steps: [{ weight: 100, hold: "15 min" }],
  gates: FRONTEND_OBJECTIVES.map(({ name }) => name),
};

/** How the pages' new versions reach the users of one environment. */
export function frontendRelease(environment: Environment): ReleasePlan {
  return environment === "sandbox"
    ? { ...FRONTEND_RELEASE, steps: [{ weight: 100, hold: "20 s" }], every: "5 s" }
    : FRONTEND_RELEASE;
}
