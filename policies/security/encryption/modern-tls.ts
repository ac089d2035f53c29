import { parts, violation } from "../../core/finding.ts";
import type { Policy, Subject } from "../../core/policy.ts";
import { ATLAS_CLUSTER } from "../../types.ts";
import { declared } from "../field.ts";

const SSL_POLICIES = ["gcp:compute/sSLPolicy:SSLPolicy", "gcp:compute/regionSslPolicy:RegionSslPolicy"];
const HTTPS_PROXIES = [
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
  "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
];

function check({ type, props }: Subject) {
  if (HTTPS_PROXIES.includes(type)) {
    const policy = props.at("sslPolicy");
    return parts(() =>
      policy.present ? [] : violation(policy, "is not set: Google's default still accepts TLS 1.0"),
    );
  }
  if (SSL_POLICIES.includes(type)) {
    const version = props.at("minTlsVersion");
    return parts(() =>
      ["TLS_1_2", "TLS_1_3"].includes(version.text() ?? "TLS_1_0")
        ? []
        : violation(version, `is ${version.quote()}: TLS older than 1.2 is accepted`),
    );
  }
  // Atlas itself sets TLS 1.2 where nothing is said (its documentation of minimumEnabledTlsProtocol).
  const version = props.at("advancedConfiguration", "minimumEnabledTlsProtocol");
  return parts(() =>
    ["TLS1_2", "TLS1_3"].includes(version.text() ?? "TLS1_2")
      ? []
      : violation(version, `is ${version.quote()}: TLS older than 1.2 is accepted`),
  );
}

export const modernTls: Policy = {
  id: "modern-tls",
  title: "TLS older than 1.2 must not be accepted.",
  severity: "high",
  level: "mandatory",
  why: "TLS 1.0 and 1.1 have known attacks and were retired by RFC 8996.",
  fix: 'Give every HTTPS proxy an SSL policy with minTlsVersion "TLS_1_2" or "TLS_1_3"; on Atlas, minimumEnabledTlsProtocol "TLS1_2" or "TLS1_3".',
  example: declared("compute.SSLPolicy", 'minTlsVersion: "TLS_1_2", profile: "MODERN"'),
  frameworks: { "cis-gcp": ["3.9"], owasp: ["A02"] },
  requirements: ["EA-03", "P8-01"],
  types: [...HTTPS_PROXIES, ...SSL_POLICIES, ATLAS_CLUSTER],
  check,
};
