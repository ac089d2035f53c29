import { z } from "zod";
import { adviceOutsideProduction } from "../../core/environment.ts";
import type { Policy } from "../../core/policy.ts";
import { declared } from "../field.ts";
import { checkVariables, ENVIRONMENT_TYPES } from "./variables.ts";

const settings = z.strictObject({
  seconds: z
    .int()
    .min(60)
    .default(3600)
    .describe("How many seconds an access token may be good for. Default 3600 (P8-01)."),
  variables: z
    .array(z.string().min(1))
    .default([
      "JWT_ACCESS_TTL_SECONDS",
      "JWT_TTL_SECONDS",
      "JWT_TTL",
      "JWT_EXPIRES_IN",
      "JWT_EXPIRY",
      "JWT_EXPIRY_SECONDS",
      "JWT_EXPIRATION_SECONDS",
      "JWT_EXPIRE_MINUTES",
      "JWT_ACCESS_EXPIRES_IN",
      "ACCESS_TOKEN_TTL",
      "ACCESS_TOKEN_TTL_SECONDS",
      "ACCESS_TOKEN_EXPIRES_IN",
      "ACCESS_TOKEN_EXPIRE_MINUTES",
    ])
    .describe(
      "Variables that say how long an access token is good for. The unit is the end of the name (_MS, _SECONDS, _MINUTES, _HOURS, _DAYS) or of the value (15m, 1h); else it is seconds.",
    ),
  demanded: z
    .boolean()
    .default(false)
    .describe("Whether a production service that the public reaches should have one of the variables."),
});

const UNITS: readonly (readonly [unit: RegExp, seconds: number])[] = [
  [/^(ms|milliseconds?|millis)$/i, 0.001],
  [/^(s|secs?|seconds?)$/i, 1],
  [/^(m|mins?|minutes?)$/i, 60],
  [/^(h|hrs?|hours?)$/i, 3600],
  [/^(d|days?)$/i, 86_400],
  [/^(w|weeks?)$/i, 604_800],
];

/** Seconds that a variable says, or undefined where its value is no length of time. */
function secondsOf(name: string, text: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  const said = unit === "" ? (name.split("_").at(-1) ?? "") : unit;
  const known = UNITS.find(([pattern]) => pattern.test(said))?.[1];
  if (known === undefined && unit !== "") return undefined;
  return Number(amount) * (known ?? 1);
}

export const applicationTokenExpires: Policy = {
  id: "application-token-expires",
  title: "An access token must be good for an hour at most.",
  severity: "high",
  level: "mandatory",
  why: "A token can't be taken back: whoever steals it is its user until it ends.",
  fix: "Let access tokens end within the hour, and renew them with a refresh token that can be taken back.",
  example: declared(
    "cloudrunv2.Service",
    'location: "us-east1", template: { containers: [{ envs: [{ name: "JWT_ACCESS_TTL_SECONDS", value: "3600" }] }] }',
  ),
  frameworks: { owasp: ["A07"] },
  requirements: ["P8-01"],
  settings,
  types: ENVIRONMENT_TYPES,
  check: (resource, context) => {
    const { seconds: most, variables, demanded } = context.settings(settings);
    return adviceOutsideProduction(
      resource,
      checkVariables(resource, {
        names: variables,
        demanded,
        problem: (value, name) => {
          const given = secondsOf(name, value.text() ?? "");
          if (given === undefined || given === 0)
            return `is ${value.quote()}, from which no one can tell when a token ends`;
          return given <= most ? undefined : `is ${given} s; a token may be good for ${most} s`;
        },
      }),
    );
  },
};
