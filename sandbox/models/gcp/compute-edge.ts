import type { ResourceModel } from "../model.ts";
import { integer, labels, length, pattern } from "../rules.ts";
import { isObject, UNKNOWN, valueAt } from "../values.ts";
import { computeResource } from "./common.ts";
import { securityPolicy } from "./compute-armor.ts";
import { location } from "./locations.ts";

const negroup = computeResource({
  token: "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
  collection: "networkEndpointGroups",
  scope: "region",
  rules: { region: location },
  check: (inputs, report) => {
    const targets = ["appEngine", "cloudFunction", "cloudRun", "serverlessDeployment"].filter(
      (target) => inputs[target] !== undefined,
    );
    const type = inputs.networkEndpointType ?? "SERVERLESS";
    if (type === "SERVERLESS" && targets.length !== 1)
      report(
        `needs exactly one of cloudRun, cloudFunction, appEngine and serverlessDeployment, and has ${targets.join(" and ") || "none"}`,
        { at: ["cloudRun"] },
      );
    const run = inputs.cloudRun;
    if (isObject(run) && run.service === undefined && run.urlMask === undefined)
      report("needs a service or a urlMask", { at: ["cloudRun"] });
  },
  replaceOn: [
    ...[
      "appEngine",
      "cloudFunction",
      "cloudRun",
      "description",
      "network",
      "networkEndpointType",
      "pscData",
      "pscTargetService",
    ],
    ...["serverlessDeployment", "subnetwork"],
  ],
  defaults: { networkEndpointType: "SERVERLESS" },
});

const backendService = computeResource({
  token: "gcp:compute/backendService:BackendService",
  collection: "backendServices",
  scope: "global",
  numbers: ["generatedId"],
  fingerprint: true,
  rules: {
    timeoutSec: integer(1, 2_147_483_647, "seconds"),
    connectionDrainingTimeoutSec: integer(0, 3600, "seconds"),
    "logConfig.sampleRate": (value, report) => {
      if (typeof value === "number" && (value < 0 || value > 1))
        report("must be a share from 0 to 1", { got: value });
    },
    "backends[].group": pattern(
      /\/(networkEndpointGroups|instanceGroups)\//,
      "the link or id of a network endpoint group or an instance group",
    ),
    securityPolicy: pattern(
      /^(https:\/\/|projects\/|global\/)?.*[^/]$/,
      "the id or the link of a security policy",
    ),
  },
  check: (inputs, report) => {
    const iap = inputs.iap;
    if (isObject(iap) && iap.enabled === true && inputs.protocol === "TCP")
      report("is only for HTTP backends", { at: ["iap"] });
  },
  replaceOn: ["params"],
  defaults: { loadBalancingScheme: "EXTERNAL", connectionDrainingTimeoutSec: 300 },
  outputs: ({ inputs }) => ({
    protocol: inputs.protocol ?? "HTTP",
    portName: inputs.portName ?? "http",
    timeoutSec: inputs.timeoutSec ?? 30,
    sessionAffinity: inputs.sessionAffinity ?? "NONE",
  }),
});

const urlMap = computeResource({
  token: "gcp:compute/uRLMap:URLMap",
  collection: "urlMaps",
  scope: "global",
  numbers: ["mapId"],
  fingerprint: true,
  rules: { "hostRules[].hosts": length(1, 100) },
  check: (inputs, report) => {
    const defaults = ["defaultService", "defaultUrlRedirect", "defaultRouteAction"].filter(
      (field) => inputs[field] !== undefined,
    );
    if (defaults.length === 0)
      report("needs one of defaultService, defaultUrlRedirect and defaultRouteAction", {
        at: ["defaultService"],
      });
    if (defaults.includes("defaultUrlRedirect") && defaults.length > 1)
      report("must not be set together with a default service or route action", {
        at: ["defaultUrlRedirect"],
      });
    const matchers = new Set(listOf(inputs.pathMatchers).map((matcher) => valueAt(matcher, "name")));
    for (const [index, rule] of listOf(inputs.hostRules).entries()) {
      const name = valueAt(rule, "pathMatcher");
      if (name !== undefined && !matchers.has(name) && !matchers.has(undefined))
        report(`must name one of the path matchers (${[...matchers].join(", ") || "there is none"})`, {
          got: name,
          at: ["hostRules", index, "pathMatcher"],
        });
    }
  },
  replaceOn: [],
});

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const certificate = computeResource({
  token: "gcp:compute/managedSslCertificate:ManagedSslCertificate",
  collection: "sslCertificates",
  scope: "global",
  numbers: ["certificateId"],
  rules: {
    "managed.domains": length(1, 100),
    "managed.domains[]": pattern(
      /^(?!\*)(?=.{1,253}\.?$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]\.?$/i,
      "a domain name without a wildcard",
    ),
  },
  required: ["managed"],
  replaceOn: ["managed", "description", "type"],
  defaults: { type: "MANAGED" },
  outputs: ({ keep, inputs }) => ({
    expireTime: keep("expireTime", () => ""),
    subjectAlternativeNames: keep(
      "subjectAlternativeNames",
      () => valueAt(inputs, "managed", "domains") ?? [],
    ),
  }),
});

const sslPolicy = computeResource({
  token: "gcp:compute/sSLPolicy:SSLPolicy",
  collection: "sslPolicies",
  scope: "global",
  fingerprint: true,
  values: {
    minTlsVersion: ["TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3"],
    profile: ["COMPATIBLE", "MODERN", "RESTRICTED", "CUSTOM", "FIPS_202205"],
  },
  check: (inputs, report) => {
    const isCustom = inputs.profile === "CUSTOM";
    const hasFeatures = inputs.customFeatures !== undefined;
    if (isCustom && !hasFeatures) report("is required when profile is CUSTOM", { at: ["customFeatures"] });
    if (!isCustom && hasFeatures && inputs.profile !== UNKNOWN)
      report("is only for the profile CUSTOM", { at: ["customFeatures"] });
    if (inputs.minTlsVersion === "TLS_1_3" && inputs.profile !== "RESTRICTED" && inputs.profile !== UNKNOWN)
      report("TLS_1_3 needs the profile RESTRICTED", {
        got: inputs.profile ?? "COMPATIBLE",
        at: ["profile"],
      });
  },
  replaceOn: ["description"],
  defaults: { minTlsVersion: "TLS_1_0", profile: "COMPATIBLE" },
  outputs: ({ keep, inputs }) => ({
    enabledFeatures: keep("enabledFeatures", () => inputs.customFeatures ?? []),
  }),
});

const proxyFacts = { scope: "global", numbers: ["proxyId"], fingerprint: true } as const;
const link = pattern(/^\S+$/, "the id or the link of a resource");

const httpsProxy = computeResource({
  ...proxyFacts,
  token: "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
  collection: "targetHttpsProxies",
  rules: {
    urlMap: link,
    httpKeepAliveTimeoutSec: integer(5, 1200, "seconds"),
    sslCertificates: length(1, 15),
  },
  check: (inputs, report) => {
    const sources = ["sslCertificates", "certificateMap", "certificateManagerCertificates"].filter(
      (field) => inputs[field] !== undefined,
    );
    if (sources.length === 0)
      report("needs one of sslCertificates, certificateMap and certificateManagerCertificates", {
        at: ["sslCertificates"],
      });
  },
  replaceOn: ["description", "proxyBind", "httpKeepAliveTimeoutSec"],
  outputs: ({ inputs }) => ({ quicOverride: inputs.quicOverride ?? "NONE" }),
});

const httpProxy = computeResource({
  ...proxyFacts,
  token: "gcp:compute/targetHttpProxy:TargetHttpProxy",
  collection: "targetHttpProxies",
  rules: { urlMap: link, httpKeepAliveTimeoutSec: integer(5, 1200, "seconds") },
  replaceOn: ["description", "proxyBind", "httpKeepAliveTimeoutSec"],
});

const forwardingRule = computeResource({
  token: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
  collection: "forwardingRules",
  scope: "global",
  numbers: ["forwardingRuleId"],
  values: { ipProtocol: ["TCP", "UDP", "ESP", "AH", "SCTP", "ICMP"] },
  rules: {
    labels,
    target: link,
    portRange: pattern(/^\d{1,5}(-\d{1,5})?$/, "a port or a range of ports such as `443` or `8080-8090`"),
  },
  replaceOn: [
    ...[
      "description",
      "ipAddress",
      "ipProtocol",
      "ipVersion",
      "loadBalancingScheme",
      "metadataFilters",
      "network",
      "networkTier",
    ],
    ...["portRange", "serviceDirectoryRegistrations", "sourceIpRanges", "subnetwork", "allowPscGlobalAccess"],
  ],
  defaults: { loadBalancingScheme: "EXTERNAL" },
  outputs: (context) => ({
    ipAddress:
      context.inputs.ipAddress ??
      context.keep("ipAddress", () => `203.0.113.${(Number(context.digits("address", 3)) % 254) + 1}`),
    ipProtocol: context.inputs.ipProtocol ?? "TCP",
    networkTier: context.inputs.networkTier ?? "PREMIUM",
    labelFingerprint: context.keep("labelFingerprint", () => `${context.hex("labels", 11)}=`),
    baseForwardingRule: context.keep("baseForwardingRule", () => ""),
  }),
});

export const computeEdge: readonly ResourceModel[] = [
  negroup,
  backendService,
  urlMap,
  certificate,
  sslPolicy,
  httpsProxy,
  httpProxy,
  forwardingRule,
  securityPolicy,
];
