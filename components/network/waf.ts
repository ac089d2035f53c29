import type * as gcp from "@pulumi/gcp";

/**
 * Cloud Armor's preconfigured rules, from the OWASP core rule set 3.3. Source: Google's page "Google Cloud Armor
 * preconfigured WAF rules overview".
 */
const OWASP_RULE_SETS = [
  "sqli",
  "xss",
  "lfi",
  "rfi",
  "rce",
  "methodenforcement",
  "scannerdetection",
  "protocolattack",
  "sessionfixation",
  "nodejs",
] as const;

/** Requests that one client address may make. */
export interface RateLimit {
  readonly requests: number;
  /** Seconds; Cloud Armor takes 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700 or 3600. */
  readonly perSeconds: number;
}

const INTERVALS = [10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600];

/** Problems of a rate limit. */
export function rateLimitProblems({ requests, perSeconds }: RateLimit): string[] {
  return [
    ...(Number.isInteger(requests) && requests >= 1 && requests <= 1_000_000
      ? []
      : [`rateLimit.requests: ${requests} must be a whole number from 1 to 1000000`]),
    ...(INTERVALS.includes(perSeconds)
      ? []
      : [`rateLimit.perSeconds: ${perSeconds} must be one of ${INTERVALS.join(", ")}`]),
  ];
}

/**
 * Methods that the core rule set refuses by default (rule 911100 allows GET, HEAD, POST and OPTIONS) and that an API of
 * resources lives by. The others, such as TRACE and CONNECT, stay refused.
 */
const API_METHODS = ["PUT", "PATCH", "DELETE"] as const;

/** What one rule set recognises, as Cloud Armor's rules language says it. */
function recognised(set: (typeof OWASP_RULE_SETS)[number], sensitivity: number): string {
  const expression = `evaluatePreconfiguredWaf('${set}-v33-stable', {'sensitivity': ${sensitivity}})`;
  return set === "methodenforcement"
    ? `${expression} && !request.method.matches('^(${API_METHODS.join("|")})$')`
    : expression;
}

const EVERYONE = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };

/**
 * The rules of the edge, first match wins: refuse what the OWASP sets recognise, then limit what one address may ask, then allow.
 * @param sensitivity paranoia level 1 (fewest false alarms) to 4
 */
export function planWaf(
  rateLimit: RateLimit,
  sensitivity: number,
): gcp.types.input.compute.SecurityPolicyRule[] {
  const owasp = OWASP_RULE_SETS.map((set, index) => ({
    priority: 1000 + index * 10,
    action: "deny(403)",
    description: `OWASP core rule set: ${set}`,
    match: { expr: { expression: recognised(set, sensitivity) } },
  }));
  return [
    ...owasp,
    {
      priority: 5000,
      action: "throttle",
      description: `${rateLimit.requests} requests in ${rateLimit.perSeconds} s for each address`,
      match: EVERYONE,
      rateLimitOptions: {
        conformAction: "allow",
        exceedAction: "deny(429)",
        enforceOnKey: "IP",
        rateLimitThreshold: { count: rateLimit.requests, intervalSec: rateLimit.perSeconds },
      },
    },
    { priority: 2_147_483_647, action: "allow", description: "everything else", match: EVERYONE },
  ];
}
