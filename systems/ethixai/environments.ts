import type { Environment } from "../../components/scope.ts";
import type { Duration } from "../../components/units.ts";

/** What differs between EthixAI's stacks: all of it is on this page. */
export interface EthixaiEnvironment {
  /** Domain names of the API and of the frontend. */
  readonly domains: { readonly api: string; readonly app: string };
  /** Instances and the peak that they must serve, in requests per second (EA-01, EA-14). */
  readonly backend: { readonly min: number; readonly max: number; readonly peak: number };
  readonly aiCore: { readonly min: number; readonly max: number; readonly peak: number };
  readonly logLevel: "debug" | "info" | "warn";
  /** Share of requests that Sentry traces. */
  readonly tracesSampleRate: number;
  /** Requests that one user may make in a minute; the application's own limit, behind the edge's. */
  readonly rateLimit: { readonly enabled: boolean; readonly requestsPerMinute: number };
  /** How long each step of a release is watched at least (EA-09), and how often the gates are looked at. */
  readonly release: { readonly hold: Duration; readonly every: Duration };
  readonly alertsEmail: string;
  readonly slackChannel: string;
}

/**
 * Production's instances are those that the load test asked for at 50 requests/s: 13 × 15 requests/s for the backend,
 * 11 × 3.4 analyses/s for the AI core. Its peak of 35 analyses/s is 70 % of the 50.
 */
export const ENVIRONMENTS: Readonly<Record<Environment, EthixaiEnvironment>> = {
  sandbox: {
    domains: { api: "backend.ethixai.test", app: "app.ethixai.test" },
    backend: { min: 1, max: 2, peak: 20 },
    aiCore: { min: 1, max: 2, peak: 5 },
    logLevel: "debug",
    tracesSampleRate: 1,
    rateLimit: { enabled: false, requestsPerMinute: 600 },
    release: { hold: "20 s", every: "5 s" },
    alertsEmail: "alerts@ethixai.test",
    slackChannel: "#ethixai-sandbox",
  },
  staging: {
    domains: { api: "backend.staging.ethixai.com", app: "app.staging.ethixai.com" },
    backend: { min: 1, max: 3, peak: 40 },
    aiCore: { min: 1, max: 3, peak: 10 },
    logLevel: "info",
    tracesSampleRate: 1,
    rateLimit: { enabled: true, requestsPerMinute: 300 },
    release: { hold: "15 min", every: "15 s" },
    alertsEmail: "alerts@ethixai.com",
    slackChannel: "#ethixai-staging",
  },
  production: {
    domains: { api: "backend.ethixai.com", app: "app.ethixai.com" },
    backend: { min: 3, max: 13, peak: 50 },
    aiCore: { min: 6, max: 11, peak: 35 },
    logLevel: "warn",
    tracesSampleRate: 0.1,
    rateLimit: { enabled: true, requestsPerMinute: 120 },
    release: { hold: "15 min", every: "15 s" },
    alertsEmail: "alerts@ethixai.com",
    slackChannel: "#ethixai-production",
  },
};
