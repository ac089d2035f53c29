import type { ResourceModel } from "../model.ts";
import { member, pattern, projectId } from "../rules.ts";
import { projectNumber } from "./common.ts";
import { iamMember } from "./iam-member.ts";

const serviceName = pattern(
  /^[a-z0-9.-]+\.googleapis\.com$/,
  "the name of a service such as `run.googleapis.com`",
);

const service: ResourceModel = {
  token: "gcp:projects/service:Service",
  values: { deletionPolicy: ["DELETE", "PREVENT", "ABANDON"] },
  rules: { service: serviceName, project: projectId },
  replaceOn: ["service", "project"],
  defaults: { disableOnDestroy: true },
  id: ({ join, project, text }) => join`${project}/${text("service")}`,
};

/** Service agents have addresses of their own form for each service; these are the ones that the documentation lists. */
const agents: Readonly<Record<string, string>> = {
  "secretmanager.googleapis.com": "gcp-sa-secretmanager",
  "pubsub.googleapis.com": "gcp-sa-pubsub",
  "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
  "run.googleapis.com": "serverless-robot-prod",
  "cloudkms.googleapis.com": "gcp-sa-cloudkms",
  "sqladmin.googleapis.com": "gcp-sa-cloud-sql",
  "iap.googleapis.com": "gcp-sa-iap",
  "redis.googleapis.com": "cloud-redis",
};

const serviceIdentity: ResourceModel = {
  token: "gcp:projects/serviceIdentity:ServiceIdentity",
  rules: { service: serviceName, project: projectId },
  replaceOn: ["service", "project"],
  id: ({ join, project, text }) => join`projects/${project}/services/${text("service")}`,
  outputs: ({ keep, join, project, text }) => {
    const service = text("service");
    const domain = agents[service] ?? `gcp-sa-${service.split(".")[0]}`;
    const email = keep("email", () => `service-${projectNumber(project)}@${domain}.iam.gserviceaccount.com`);
    return { email, member: join`serviceAccount:${email}` };
  },
};

const auditConfig: ResourceModel = {
  token: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
  values: { "auditLogConfigs[].logType": ["DATA_READ", "DATA_WRITE", "ADMIN_READ"] },
  rules: {
    service: pattern(
      /^(allServices|[a-z0-9.-]+\.googleapis\.com)$/,
      "`allServices` or the name of a service such as `run.googleapis.com`",
    ),
    project: projectId,
    "auditLogConfigs[].exemptedMembers[]": member,
  },
  replaceOn: ["service", "project"],
  id: ({ join, project, text }) => join`${project}/audit_config/${text("service")}`,
  outputs: ({ renew, hex, now }) => ({ etag: renew(() => `BwY${hex(now(), 9)}=`) }),
};

export const projects: readonly ResourceModel[] = [
  service,
  serviceIdentity,
  auditConfig,
  iamMember({
    token: "gcp:projects/iAMMember:IAMMember",
    target: ["project"],
    rules: { project: projectId },
    parent: ({ text }) => text("project"),
  }),
];
