import { z } from "zod";
import { adviceOutsideProduction, isProduction } from "../../core/environment.ts";
import type { Policy, ResourcePolicy } from "../../core/policy.ts";
import { declared } from "../field.ts";
import { checkVariables, ENVIRONMENT_TYPES, isYes } from "./variables.ts";

/** A protection that a program has, and can be told to do without. */
interface Switch extends Omit<ResourcePolicy, "check" | "types" | "settings" | "example"> {
  /** Variables that turn it on, and those that turn it off, as programs call them. */
  readonly on: readonly string[];
  readonly off: readonly string[];
  /** What happens without it. */
  readonly otherwise: string;
  /** Whether it is a matter of production alone: elsewhere it may be off, and nothing is said. */
  readonly productionOnly?: boolean;
}

const name = z.string().regex(/^[A-Za-z_][\w.-]*$/);

function switchPolicy({ on, off, otherwise, productionOnly = false, ...facts }: Switch): Policy {
  const settings = z.strictObject({
    on: z
      .array(name)
      .default([...on])
      .describe("Variables that must say yes, such as true or 1."),
    off: z
      .array(name)
      .default([...off])
      .describe("Variables that must not say yes."),
    demanded: z
      .boolean()
      .default(false)
      .describe("Whether a production service that the public reaches should have one of the variables."),
  });
  return {
    ...facts,
    settings,
    example: declared(
      "cloudrunv2.Service",
      `location: "us-east1", template: { containers: [{ envs: [{ name: "${on[0]}", value: "true" }] }] }`,
    ),
    types: ENVIRONMENT_TYPES,
    check: (resource, context) => {
      const given = context.settings(settings);
      const findings = checkVariables(resource, {
        names: [...given.on, ...given.off],
        demanded: given.demanded,
        problem: (value, variable) => {
          if (given.off.includes(variable))
            return isYes(value) ? `is ${value.quote()}: ${otherwise}` : undefined;
          return isYes(value) ? undefined : `is ${value.quote()}: ${otherwise}`;
        },
      });
      if (findings.length > 0 && productionOnly && !isProduction(resource)) return [];
      return adviceOutsideProduction(resource, findings);
    },
  };
}

export const applicationRateLimited: Policy = switchPolicy({
  id: "application-rate-limited",
  title: "A production service must not be told to do without its rate limit.",
  severity: "high",
  level: "mandatory",
  why: "The edge counts addresses; only the application counts users, and so sees one who comes from many addresses.",
  fix: "Set the variable to true in production.",
  frameworks: { owasp: ["A04", "A07"] },
  requirements: ["P8-01", "EA-13"],
  on: ["RATE_LIMIT_ENABLED", "RATE_LIMITING_ENABLED", "RATELIMIT_ENABLED", "THROTTLE_ENABLED"],
  off: ["RATE_LIMIT_DISABLED", "DISABLE_RATE_LIMIT"],
  otherwise: "one client can ask as much as it likes",
  productionOnly: true,
});

export const applicationCsrfProtected: Policy = switchPolicy({
  id: "application-csrf-protected",
  title: "A service must not be told to do without protection from requests that other pages forge.",
  severity: "high",
  level: "mandatory",
  why: "Without it any page that a user opens can act in the user's name, with the user's own cookie.",
  fix: "Set the variable to true, or send tokens in a header instead of a cookie and leave the variable out.",
  frameworks: { owasp: ["A01"] },
  requirements: ["P8-01"],
  on: ["CSRF_ENABLED", "CSRF_PROTECTION", "CSRF_PROTECTION_ENABLED", "WTF_CSRF_ENABLED"],
  off: ["CSRF_DISABLED", "DISABLE_CSRF"],
  otherwise: "another page can act in a user's name",
});

export const applicationRowSecurity: Policy = switchPolicy({
  id: "application-row-security",
  title: "A service must not be told to do without row-level security.",
  severity: "high",
  level: "mandatory",
  why: "With it the database itself refuses one user's rows to another; without it one forgotten condition in a query is enough.",
  fix: "Set the variable to true, and connect as a role that is held to the policies of the tables.",
  frameworks: { owasp: ["A01"] },
  requirements: ["P8-01"],
  on: ["ROW_LEVEL_SECURITY", "ROW_LEVEL_SECURITY_ENABLED", "RLS_ENABLED", "ENABLE_RLS"],
  off: ["BYPASS_RLS", "DISABLE_RLS", "RLS_DISABLED"],
  otherwise: "one user's rows are another's for the asking",
});
