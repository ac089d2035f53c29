import type { ResourceModel } from "./model.ts";
import { length, pattern } from "./rules.ts";
import { UNKNOWN } from "./values.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Identifiers in Vercel's own alphabet, made of hexadecimal digits. */
function identifier(hex: string): string {
  return (hex.match(/../g) ?? []).map((byte) => LETTERS[Number.parseInt(byte, 16) % LETTERS.length]).join("");
}

const projectId = pattern(/^prj_\w+$/, "a Vercel project id such as `prj_…`");

const project: ResourceModel = {
  token: "vercel:index/project:Project",
  values: {
    nodeVersion: ["18.x", "20.x", "22.x", "24.x"],
    "gitRepository.type": ["github", "gitlab", "bitbucket"],
    "vercelAuthentication.deploymentType": [
      "standard_protection_new",
      "standard_protection",
      "all_deployments",
      "only_preview_deployments",
      "none",
    ],
  },
  rules: {
    name: pattern(
      /^(?!.*---)[a-z0-9._-]{1,100}$/,
      "1 to 100 small letters, digits, `.`, `_` and `-`, without `---`",
    ),
    "gitRepository.repo": pattern(/^[^/\s]+\/\S+$/, "`owner/name`"),
    "environments[].key": pattern(/^[A-Za-z_]\w*$/, "the name of an environment variable"),
  },
  replaceOn: ["teamId"],
  autoname: { property: "name", max: 100 },
  id: ({ keep, hex }) => keep("id", () => `prj_${identifier(hex("project", 48))}`),
  outputs: ({ inputs }) => ({
    gitForkProtection: inputs.gitForkProtection ?? true,
    nodeVersion: inputs.nodeVersion ?? "24.x",
    prioritiseProductionBuilds: inputs.prioritiseProductionBuilds ?? true,
    autoAssignCustomDomains: inputs.autoAssignCustomDomains ?? true,
    directoryListing: inputs.directoryListing ?? false,
  }),
};

const targets = ["production", "preview", "development"];

const environmentVariable: ResourceModel = {
  token: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
  values: { "targets[]": targets },
  rules: {
    projectId,
    key: pattern(
      /^[A-Za-z_]\w*$/,
      "the name of an environment variable: letters, digits and `_`, no digit first",
    ),
    targets: length(1, 3),
    comment: length(0, 500),
    value: length(0, 65_536),
  },
  check: (inputs, report) => {
    if ((inputs.value === undefined) === (inputs.valueWo === undefined))
      report("needs exactly one of value and valueWo", { at: ["value"] });
    if (inputs.targets === undefined && inputs.customEnvironmentIds === undefined)
      report("needs at least one of targets and customEnvironmentIds", { at: ["targets"] });
    if (inputs.sensitive === true && Array.isArray(inputs.targets) && inputs.targets.includes("development"))
      report("must be false for a variable of the development environment", { got: true, at: ["sensitive"] });
    const isPreview =
      Array.isArray(inputs.targets) &&
      inputs.targets.some((target) => target === "preview" || target === UNKNOWN);
    if (inputs.gitBranch !== undefined && Array.isArray(inputs.targets) && !isPreview)
      report("is only for variables of the preview environment", { at: ["gitBranch"] });
  },
  replaceOn: ["projectId", "teamId", "sensitive"],
  id: ({ keep, hex }) => keep("id", () => identifier(hex("variable", 32))),
};

const domain: ResourceModel = {
  token: "vercel:index/projectDomain:ProjectDomain",
  values: { redirectStatusCode: [301, 302, 307, 308] },
  rules: {
    projectId,
    domain: pattern(
      /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i,
      "a domain name",
    ),
  },
  check: (inputs, report) => {
    if (inputs.redirectStatusCode !== undefined && inputs.redirect === undefined)
      report("is required with redirectStatusCode", { at: ["redirect"] });
    if (inputs.gitBranch !== undefined && inputs.redirect !== undefined)
      report("must not be set together with gitBranch", { at: ["redirect"] });
  },
  replaceOn: ["projectId", "teamId", "domain"],
  id: ({ text }) => text("domain"),
  outputs: ({ keep }) => ({
    verified: keep("verified", () => true),
    verifications: keep("verifications", () => []),
  }),
};

export const vercel: readonly ResourceModel[] = [project, environmentVariable, domain];
