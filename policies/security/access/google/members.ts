import { z } from "zod";
import { each, violation } from "../../../core/finding.ts";
import type { Policy, Subject } from "../../../core/policy.ts";
import { quoted } from "../../../core/property.ts";
import { attempt, UnknownRead } from "../../../core/unknown.ts";
import { grantsOf, IAM_TYPES, membersOf, PROJECT_IAM_TYPES } from "../iam.ts";

/** Accounts that anybody can make for themselves. */
const CONSUMER_DOMAINS = ["gmail.com", "googlemail.com"];

const settings = z.strictObject({
  domains: z
    .array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/))
    .default([])
    .describe(
      "Domains that people and groups may be of. None: every domain but those of Google's consumer accounts.",
    ),
});

/** Whether its members are what another resource makes: an account or an agent. People's addresses are written down. */
function isMade({ propertyDependencies = {} }: Subject): boolean {
  return ["member", "members"].some((field) => (propertyDependencies[field] ?? []).length > 0);
}

export const membersOfOwnDomains: Policy = {
  id: "members-of-own-domains",
  title: "Roles may be given to people of our own domains only.",
  severity: "high",
  level: "mandatory",
  why: "Nobody takes a private account away when its owner leaves, and nobody asks it for a second factor.",
  fix: "Name the account or group of your own domain; list your domains in the policy's setting domains.",
  example: {
    typescript: `new gcp.projects.IAMMember("on-call-views-logs", {
  project: "shop",
  role: "roles/logging.viewer",
  member: "group:on-call@example.com",
});`,
  },
  frameworks: { "cis-gcp": ["1.1"], owasp: ["A07"] },
  settings,
  types: IAM_TYPES,
  check: (resource, context) => {
    const { domains } = context.settings(settings);
    return each(membersOf(resource), (read) => {
      const answer = attempt(read);
      if (answer.unread !== undefined) {
        if (answer.unread instanceof UnknownRead && isMade(resource)) return undefined;
        throw answer.unread;
      }
      const given = answer.value;
      const [, domain] =
        /^(?:user|group|domain):(?:[^@]*@)?(.+)$/.exec(given?.member.toLowerCase() ?? "") ?? [];
      if (given === undefined || domain === undefined) return undefined;
      if (domains.length > 0)
        return domains.includes(domain)
          ? undefined
          : violation(given.at, `is of ${quoted(domain)}; roles may be given to ${domains.join(", ")}`);
      return CONSUMER_DOMAINS.includes(domain)
        ? violation(given.at, `is of ${quoted(domain)}, where everybody can make an account`)
        : undefined;
    });
  },
};

export const rolesToGroups: Policy = {
  id: "roles-to-groups",
  title: "Roles on a project, folder or organization should be given to groups.",
  severity: "low",
  level: "advisory",
  why: "A role that is given to a person stays when the person has left, and nobody sees at one place who may what.",
  fix: "Make a group, give it the role, and put the person into it.",
  example: {
    typescript: `new gcp.projects.IAMMember("on-call-views-logs", {
  project: "shop",
  role: "roles/logging.viewer",
  member: "group:on-call@example.com",
});`,
  },
  types: PROJECT_IAM_TYPES,
  check: (resource) =>
    each(grantsOf(resource), (read) => {
      const grant = read();
      return grant?.member.startsWith("user:")
        ? violation(grant.at, `gives ${quoted(grant.role)} to a person`)
        : undefined;
    }),
};
