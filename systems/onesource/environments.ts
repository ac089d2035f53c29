import type { Environment } from "../../components/scope.ts";
import type { Memory } from "../../components/units.ts";

/** What differs between ONESource's stacks: all of it is on this page. */
export interface OnesourceEnvironment {
  readonly domain: string;
  /** Instances, and the peak that they must serve, in requests per second (OS-01). */
  readonly backend: { readonly min: number; readonly max: number; readonly peak: number };
  readonly frontend: { readonly min: number; readonly max: number; readonly peak: number };
  /** Memory of the conversation store, and of its fallback. */
  readonly redis: { readonly memory: Memory; readonly storage: Memory };
  readonly mongo: { readonly memory: Memory; readonly storage: Memory };
  readonly logLevel: "debug" | "info" | "warn";
  /** Where alerts are written to, beside who is paged. */
  readonly alerts: { readonly slack: string; readonly email: string };
}

/**
 * Production's instances are those that OS-01 names: three of the backend, two of the frontend. Its peak is not in the
 * seed; 40 requests/s keep two of the three backends busy, so that one may be away.
 */
export const ENVIRONMENTS: Readonly<Record<Environment, OnesourceEnvironment>> = {
  sandbox: {
    domain: "onesource.test",
    backend: { min: 1, max: 2, peak: 10 },
    frontend: { min: 1, max: 2, peak: 20 },
    redis: { memory: "128 MiB", storage: "512 MiB" },
    mongo: { memory: "512 MiB", storage: "1 GiB" },
    logLevel: "debug",
    alerts: { slack: "#onesource-sandbox", email: "alerts@onesource.test" },
  },
  staging: {
    domain: "staging.onesource.example",
    backend: { min: 3, max: 6, peak: 40 },
    frontend: { min: 2, max: 4, peak: 100 },
    redis: { memory: "1 GiB", storage: "4 GiB" },
    mongo: { memory: "2 GiB", storage: "20 GiB" },
    logLevel: "info",
    alerts: { slack: "#onesource-staging", email: "alerts@onesource.example" },
  },
  production: {
    domain: "onesource.example",
    backend: { min: 3, max: 12, peak: 40 },
    frontend: { min: 2, max: 6, peak: 100 },
    redis: { memory: "4 GiB", storage: "16 GiB" },
    mongo: { memory: "4 GiB", storage: "50 GiB" },
    logLevel: "info",
    alerts: { slack: "#onesource-production", email: "alerts@onesource.example" },
  },
};
