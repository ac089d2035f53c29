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

/** Requests that one client may make. */
export interface RateLimit {
  readonly requests: number;
  /** Seconds; Cloud Armor takes 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700 or 3600. */
  readonly perSeconds: number;
  /**
   * What tells one client from another: its address, or the value of a header, such as one that names the user. Requests
   * without the header are counted by address. Whoever may choose the header's value escapes the limit: the application
   * must refuse values that it doesn't know. Default `"address"`.
   */
  readonly by?: "address" | { readonly header: string };
}

const INTERVALS = [10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600];

/**
 * Problems of a rate limit.
 * @param intervals lengths of time, in seconds, that whatever counts can count over; default: Cloud Armor's
 */
export function rateLimitProblems(
  { requests, perSeconds, by }: RateLimit,
  intervals: readonly number[] = INTERVALS,
): string[] {
  const header = typeof by === "object" ? headerProblem(by.header) : undefined;
  return [
    ...(Number.isInteger(requests) && requests >= 1 && requests <= 1_000_000
      ? []
      : [`rateLimit.requests: ${requests} must be a whole number from 1 to 1000000`]),
    ...(intervals.includes(perSeconds)
      ? []
      : [`rateLimit.perSeconds: ${perSeconds} must be one of ${intervals.join(", ")}`]),
    ...(header === undefined ? [] : [`rateLimit.by.header: ${header}`]),
  ];
}

/** What is wrong with the name of a header, or undefined. */
export function headerProblem(name: string): string | undefined {
  return /^[A-Za-z][-A-Za-z0-9]{0,63}$/.test(name)
    ? undefined
    : `"${name}" is no header's name: 1 to 64 letters, digits or "-", a letter first, such as X-User-Id`;
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

/** One rule that counts: of the requests that match, so many for each key. */
function throttle(
  priority: number,
  { requests, perSeconds }: RateLimit,
  whom: string,
  match: gcp.types.input.compute.SecurityPolicyRule["match"],
  key: { enforceOnKey: string; enforceOnKeyName?: string },
): gcp.types.input.compute.SecurityPolicyRule {
  return {
    priority,
    action: "throttle",
    description: `${requests} requests in ${perSeconds} s for each ${whom}`,
    match,
    rateLimitOptions: {
      conformAction: "allow",
      exceedAction: "deny(429)",
      ...key,
      rateLimitThreshold: { count: requests, intervalSec: perSeconds },
    },
  };
}

/** Without the header, Cloud Armor would count all clients as one: they are counted by address instead. */
function throttles(rateLimit: RateLimit): gcp.types.input.compute.SecurityPolicyRule[] {
  const { by } = rateLimit;
  const byAddress = (priority: number) =>
    throttle(priority, rateLimit, "address", EVERYONE, { enforceOnKey: "IP" });
  if (typeof by !== "object") return [byAddress(5000)];
  const expression = `has(request.headers['${by.header.toLowerCase()}'])`;
  return [
    throttle(
      5000,
      rateLimit,
      "header value",
      { expr: { expression } },
      { enforceOnKey: "HTTP_HEADER", enforceOnKeyName: by.header },
    ),
    byAddress(5010),
  ];
}

/**
 * The rules of the edge, first match wins: refuse what the OWASP sets recognise, then limit what one client may ask, if it is
 * limited, then allow.
 * @param sensitivity paranoia level 1 (fewest false alarms) to 4
 */
export function planWaf(
  rateLimit: RateLimit | undefined,
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
    ...(rateLimit === undefined ? [] : throttles(rateLimit)),
    { priority: 2_147_483_647, action: "allow", description: "everything else", match: EVERYONE },
  ];
}

/** All of a Cloud Armor policy but its project. @param sensitivity as {@link planWaf}'s; default 1 */
export function planSecurityPolicy(
  rateLimit: RateLimit | undefined,
  sensitivity = 1,
): Omit<gcp.compute.SecurityPolicyArgs, "project"> {
  return {
    type: "CLOUD_ARMOR",
    rules: planWaf(rateLimit, sensitivity),
    // Bodies of JSON are read as JSON: their fields are judged, not their braces and quotes.
    advancedOptionsConfig: { jsonParsing: "STANDARD" },
    adaptiveProtectionConfig: { layer7DdosDefenseConfig: { enable: true } },
  };
}
