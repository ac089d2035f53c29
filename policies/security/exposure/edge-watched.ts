import { z } from "zod";
import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import {
  BACKEND_SERVICE,
  CLOUD_RUN_SERVICE,
  GCP_BACKEND_POLICY,
  REGION_BACKEND_SERVICE,
} from "../../types.ts";
import { declared, fieldPolicy, on } from "../field.ts";
import { isExternal } from "./edge-has-firewall.ts";

const BACKENDS = [BACKEND_SERVICE, REGION_BACKEND_SERVICE];

export const edgeLogged = fieldPolicy({
  id: "edge-logged",
  title: "Requests from the internet must be logged where they come in.",
  severity: "medium",
  level: "mandatory",
  why: "Whatever an attacker tried is in this log, and whatever the firewall refused is in no other.",
  fix: "Set logConfig {enable: true, sampleRate: 1} of the backend service; in a cluster spec.default.logging.enabled of its GCPBackendPolicy.",
  example: declared(
    "compute.BackendService",
    'loadBalancingScheme: "EXTERNAL_MANAGED", securityPolicy: "shop-firewall", logConfig: { enable: true, sampleRate: 1 }',
  ),
  frameworks: { "cis-gcp": ["2.16"], owasp: ["A09"] },
  types: [...BACKENDS, GCP_BACKEND_POLICY],
  fields: (backend) => {
    if (backend.type !== GCP_BACKEND_POLICY)
      return isExternal(backend) ? [backend.props.at("logConfig", "enable")] : [];
    // What says nothing of logs leaves them as its Gateway's class has them.
    const enabled = backend.props.at("spec", "default", "logging", "enabled");
    return enabled.present ? [enabled] : [];
  },
  problem: on("nobody sees what was tried, nor what the firewall refused"),
});

const settings = z.strictObject({
  names: z
    .array(z.string().min(1))
    .default([])
    .describe("Backend services and Cloud Run services that are for people of yours only, by their names."),
});

export const edgeAsksWho: Policy = {
  id: "edge-asks-who",
  title: "What is meant for people of ours only must stand behind Identity-Aware Proxy.",
  severity: "high",
  level: "mandatory",
  why: "A page for administrators that everyone reaches is as safe as its own login, and no safer.",
  fix: "Set iap.enabled of the backend service, or iapEnabled of the Cloud Run service.",
  example: declared("compute.BackendService", 'iap: { enabled: true }, securityPolicy: "shop-firewall"'),
  frameworks: { owasp: ["A01"] },
  settings,
  types: [...BACKENDS, CLOUD_RUN_SERVICE],
  check: ({ type, name, props }, context) => {
    const { names } = context.settings(settings);
    const given = props.at("name");
    const meant =
      names.includes(name) || (names.length > 0 && given.known && names.includes(given.text() ?? ""));
    if (!meant) return [];
    const asks = type === CLOUD_RUN_SERVICE ? props.at("iapEnabled") : props.at("iap", "enabled");
    return asks.flag() === true ? [] : [violation(asks, "is not true: it lets in whoever comes")];
  },
};
