import type { OutputContext, ResourceModel } from "../model.ts";
import { length, pattern, projectId } from "../rules.ts";
import { UNKNOWN } from "../values.ts";
import { projectNumber } from "./common.ts";

const identifier = pattern(
  /^(?!gcp-)[a-z0-9-]{4,32}$/,
  "4 to 32 small letters, digits and `-` that do not begin with `gcp-`",
);

const poolPath = ({ join, text }: OutputContext, owner: string): string =>
  join`projects/${owner}/locations/global/workloadIdentityPools/${text("workloadIdentityPoolId")}`;

const pool: ResourceModel = {
  token: "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
  rules: {
    workloadIdentityPoolId: identifier,
    displayName: length(0, 32),
    description: length(0, 256),
    project: projectId,
  },
  replaceOn: ["workloadIdentityPoolId", "project", "mode"],
  id: (context) => poolPath(context, context.project),
  outputs: (context) => ({
    // The service answers with the project's number, which principal identifiers need.
    name: context.keep("name", () => poolPath(context, projectNumber(context.project))),
    state: context.keep("state", () => "ACTIVE"),
  }),
};

const provider: ResourceModel = {
  token: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
  rules: {
    workloadIdentityPoolId: identifier,
    workloadIdentityPoolProviderId: identifier,
    displayName: length(0, 32),
    description: length(0, 256),
    project: projectId,
    attributeCondition: length(0, 4096),
    "oidc.issuerUri": pattern(/^https:\/\//, "an address that begins with `https://`"),
    "oidc.allowedAudiences": length(0, 10),
    "oidc.allowedAudiences[]": length(1, 256),
  },
  check: (inputs, report) => {
    const kinds = ["aws", "oidc", "saml", "x509"].filter((kind) => inputs[kind] !== undefined);
    if (kinds.length !== 1)
      report(`needs exactly one of aws, oidc, saml and x509, and has ${kinds.join(" and ") || "none"}`, {
        at: ["oidc"],
      });
    const mapping = inputs.attributeMapping;
    const hasSubject = typeof mapping === "object" && mapping !== null && "google.subject" in mapping;
    if (kinds[0] === "oidc" && !hasSubject && mapping !== UNKNOWN)
      report("needs a mapping of google.subject", { at: ["attributeMapping"] });
  },
  replaceOn: ["workloadIdentityPoolId", "workloadIdentityPoolProviderId", "project"],
  id: (context) =>
    context.join`${poolPath(context, context.project)}/providers/${context.text("workloadIdentityPoolProviderId")}`,
  outputs: (context) => ({
    name: context.keep("name", () => {
      const pool = poolPath(context, projectNumber(context.project));
      return context.join`${pool}/providers/${context.text("workloadIdentityPoolProviderId")}`;
    }),
    state: context.keep("state", () => "ACTIVE"),
  }),
};

export const iam: readonly ResourceModel[] = [pool, provider];
