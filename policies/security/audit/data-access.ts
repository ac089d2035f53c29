import { z } from "zod";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import {
  BUCKET,
  PROJECT,
  PROJECT_AUDIT_CONFIG,
  SECRET,
  SPANNER_DATABASE,
  SQL_INSTANCE,
} from "../../types.ts";
import { declared } from "../field.ts";

const AUDIT_CONFIGS = [
  PROJECT_AUDIT_CONFIG,
  "gcp:folder/iamAuditConfig:IamAuditConfig",
  "gcp:organizations/iamAuditConfig:IamAuditConfig",
];
const EXAMPLE = declared(
  "projects.IAMAuditConfig",
  'project: "shop", service: "allServices", auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }]',
);

export const auditComplete: Policy = {
  id: "audit-complete",
  title: "What is audited must be audited in full, for everyone.",
  severity: "medium",
  level: "mandatory",
  why: "Reads that are not recorded are how data leaves; an account that is exempted is the one to take over.",
  fix: "Name DATA_READ and DATA_WRITE in auditLogConfigs, and leave exemptedMembers out.",
  example: EXAMPLE,
  frameworks: { "cis-gcp": ["2.1"], owasp: ["A09"] },
  types: AUDIT_CONFIGS,
  check: ({ props }) => {
    const configs = props.at("auditLogConfigs");
    return parts(
      () => {
        const given = configs.items().map((config) => config.at("logType").text());
        const missing = ["DATA_READ", "DATA_WRITE"].filter((type) => !given.includes(type));
        return missing.length === 0
          ? undefined
          : violation(configs, `does not have ${missing.join(" and ")}: nobody sees who did that`);
      },
      () =>
        each(configs.items(), (config) => {
          const exempted = config.at("exemptedMembers");
          return exempted.items().length === 0
            ? undefined
            : violation(exempted, "names accounts that nobody sees");
        }),
    );
  },
};

/** What keeps data or keys, by the service whose audit log says who read it. BigQuery's is always on (Google's documentation). */
const SERVICE_OF: Readonly<Record<string, string>> = {
  [SECRET]: "secretmanager.googleapis.com",
  "gcp:kms/keyRing:KeyRing": "cloudkms.googleapis.com",
  [BUCKET]: "storage.googleapis.com",
  [SQL_INSTANCE]: "cloudsql.googleapis.com",
  [SPANNER_DATABASE]: "spanner.googleapis.com",
};

const settings = z.strictObject({
  everything: z
    .boolean()
    .default(false)
    .describe("Whether all services must be audited (allServices), as CIS Google Cloud 2.1 has it."),
});

/** Which project a resource is in; the provider's own where it says none. */
function projectOf({ type, props }: Subject): string {
  return props.at(type === PROJECT ? "projectId" : "project").text() ?? "";
}

/** A project whose audit this stack decides. */
interface Managed {
  /** Where a finding is shown: the project, or its first audit config. */
  readonly at: Subject;
  readonly audited: string[];
}

/** Projects that a stack makes, or audits: of others it can't be told who audits them. */
function managed(stack: Stack): Map<string, Managed> {
  const projects = new Map<string, Managed>();
  for (const project of stack.ofType(PROJECT)) projects.set(projectOf(project), { at: project, audited: [] });
  for (const config of stack.ofType(PROJECT_AUDIT_CONFIG)) {
    const project = projects.get(projectOf(config)) ?? { at: config, audited: [] };
    projects.set(projectOf(config), project);
    project.audited.push(config.props.at("service").text() ?? "");
  }
  return projects;
}

export const dataAccessAudited: Policy = {
  id: "data-access-audited",
  title: "Who reads a stack's data must be in the audit log.",
  severity: "medium",
  level: "mandatory",
  why: "Google records who changes a setting by itself, but who reads a secret, a file or a row only where it is told to.",
  fix: "Declare a projects.IAMAuditConfig for each service that keeps data, or one for allServices.",
  example: EXAMPLE,
  frameworks: { "cis-gcp": ["2.1"], owasp: ["A09"] },
  requirements: ["EA-06"],
  settings,
  types: [PROJECT, PROJECT_AUDIT_CONFIG, ...Object.keys(SERVICE_OF)],
  checkStack: (stack, context) => {
    const projects = managed(stack);
    const needed = new Map<string, Set<string>>();
    const unread = each(
      Object.keys(SERVICE_OF).flatMap((type) => stack.ofType(type)),
      (resource) => {
        // A bucket that writes a log of its own is read with a trace.
        if (resource.type === BUCKET && resource.props.at("logging").present) return undefined;
        const project = projectOf(resource);
        if (!projects.has(project)) return undefined;
        const services = needed.get(project) ?? new Set();
        needed.set(project, services.add(SERVICE_OF[resource.type] as string));
        return undefined;
      },
    );
    const everything = context.settings(settings).everything;
    const found = [...projects].flatMap(([project, { at, audited }]): Finding[] => {
      if (audited.includes("allServices")) return [];
      const services = everything ? ["allServices"] : [...(needed.get(project) ?? [])];
      const missing = services.filter((service) => !audited.includes(service)).sort();
      if (missing.length === 0) return [];
      const name = project === "" ? "the project" : project;
      return [
        { message: `${name} does not audit ${missing.join(", ")}: nobody sees who reads there`, urn: at.urn },
      ];
    });
    return [...unread, ...found];
  },
};
