import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { edgeHasCoreRules } from "../../../../policies/security/exposure/edge-has-core-rules.ts";
import { edgeRateLimited } from "../../../../policies/security/exposure/edge-rate-limited.ts";
import { edgeAsksWho, edgeLogged } from "../../../../policies/security/exposure/edge-watched.ts";
import {
  BACKEND_SERVICE,
  CLOUD_RUN_SERVICE,
  GCP_BACKEND_POLICY,
  INGRESS,
  SECURITY_POLICY,
} from "../../../../policies/types.ts";
import { changed, resource, says } from "../support.ts";
import { saysWhenSet } from "./field-cases.ts";

const EVERYONE = { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } };
const refuse = (attack: string, priority: number, more: object = {}) => ({
  priority,
  action: "deny(403)",
  match: { expr: { expression: `evaluatePreconfiguredWaf('${attack}-v33-stable', {'sensitivity': 1})` } },
  ...more,
});
const THROTTLE = { priority: 5000, action: "throttle", match: EVERYONE };
const REST = { priority: 2_147_483_647, action: "allow", match: EVERYONE };
const ATTACKS = ["sqli", "xss", "lfi", "rfi", "rce"];
const RULES = [...ATTACKS.map((attack, index) => refuse(attack, 1000 + index)), THROTTLE, REST];
const firewall = (rules: unknown, more: object = {}) =>
  resource(SECURITY_POLICY, "waf", { name: "waf", rules, ...more });
const refusesNo = (...attacks: string[]) =>
  `waf: rules refuses no ${attacks.join(", ")} of the OWASP core rule set: no rule that acts, and is come to, recognises it`;

test.each([
  ["all of them", RULES, []],
  ["one too few", RULES.slice(1), [refusesNo("sqli")]],
  ["one in preview", [refuse("sqli", 1000, { preview: true }), ...RULES.slice(1)], [refusesNo("sqli")]],
  [
    "one that only counts",
    [refuse("sqli", 1000, { action: "allow" }), ...RULES.slice(1)],
    [refusesNo("sqli")],
  ],
  ["one that sends elsewhere", [refuse("sqli", 1000, { action: "redirect" }), ...RULES.slice(1)], []],
  ["none that is come to", [{ ...REST, priority: 1 }, ...RULES], [refusesNo(...ATTACKS)]],
  [
    "some after a throttle",
    [{ ...THROTTLE, priority: 1001 }, ...RULES],
    [refusesNo("xss", "lfi", "rfi", "rce")],
  ],
  ["a throttle in preview before them", [{ ...THROTTLE, priority: 1, preview: true }, ...RULES], []],
  [
    "an unknown rule",
    [...RULES, refuse("sqli", 1, { action: unknownValue })],
    ["?waf: rules[7].action is not known before deployment"],
  ],
  ["no list", "all", ["waf: rules is not a list"]],
])("EA-03 rules of the edge: %s", (_, rules, expected) => {
  expect(says(edgeHasCoreRules, firewall(rules))).toEqual(expected);
});

test("EA-03 rules that are declared beside their policy count, and a policy without any is found", () => {
  const rule = (props: object, index: number) =>
    resource("gcp:compute/securityPolicyRule:SecurityPolicyRule", `rule-${index}`, {
      securityPolicy: "waf",
      ...props,
    });
  expect(says(edgeHasCoreRules, firewall(undefined), ...RULES.map(rule))).toEqual([]);
  expect(says(edgeHasCoreRules, firewall(undefined))).toEqual([refusesNo(...ATTACKS)]);
  expect(says(edgeHasCoreRules, firewall(undefined, { type: "CLOUD_ARMOR_EDGE" }))).toEqual([]);
});

test("EA-03 a stack says which attacks it means", () => {
  const some = [refuse("sqli", 1), REST];
  expect(saysWhenSet(edgeHasCoreRules, { attacks: ["sqli"] }, firewall(some))).toEqual([]);
  expect(saysWhenSet(edgeHasCoreRules, { attacks: ["sqli", "nodejs"] }, firewall(some))).toEqual([
    refusesNo("nodejs").slice("waf: ".length),
  ]);
});

const backend = (securityPolicy: unknown = "waf", more: object = {}) =>
  resource(BACKEND_SERVICE, "backend", { loadBalancingScheme: "EXTERNAL_MANAGED", securityPolicy, ...more });
const UNLIMITED = RULES.filter((rule) => rule !== THROTTLE);
const LIMITS_NOBODY =
  "backend: securityPolicy is waf, which limits nobody: no rule with action throttle or rate_based_ban acts";

test("P8-01 AC-02 what the internet reaches is limited", () => {
  expect(says(edgeRateLimited, backend(), firewall(RULES))).toEqual([]);
  expect(says(edgeRateLimited, backend(), firewall([{ ...THROTTLE, action: "rate_based_ban" }]))).toEqual([]);
  expect(says(edgeRateLimited, backend(), firewall(UNLIMITED))).toEqual([LIMITS_NOBODY]);
  expect(says(edgeRateLimited, backend(), firewall([{ ...THROTTLE, preview: true }]))).toEqual([
    LIMITS_NOBODY,
  ]);
  expect(says(edgeRateLimited, backend("elsewhere"), firewall(UNLIMITED))).toEqual([
    "?backend: its security policy is not in this stack, so its rules can't be seen",
  ]);
  expect(says(edgeRateLimited, backend(unknownValue), firewall(RULES))).toEqual([
    "?backend: securityPolicy is not known before deployment",
  ]);
  expect(
    says(edgeRateLimited, backend("waf", { loadBalancingScheme: "INTERNAL_MANAGED" }), firewall([])),
  ).toEqual([]);
  expect(says(edgeRateLimited, backend(""), firewall([]))).toEqual([]);
});

test("P8-01 at the edge of a namespace something is limited", () => {
  const inCluster = (name: string, securityPolicy: string, namespace = "shop") =>
    resource(GCP_BACKEND_POLICY, name, {
      metadata: { name, namespace },
      spec: { default: { securityPolicy }, targetRef: { kind: "Service", name } },
    });
  const waf = firewall(RULES);
  const open = resource(SECURITY_POLICY, "open", { name: "open", rules: UNLIMITED });
  expect(says(edgeRateLimited, inCluster("api", "waf"), inCluster("pages", "open"), waf, open)).toEqual([]);
  expect(
    says(edgeRateLimited, inCluster("api", "waf"), inCluster("pages", "open", "blog"), waf, open),
  ).toEqual([
    "pages: spec.default.securityPolicy limits nobody, and nor does anything else at the edge of the namespace blog",
  ]);
  expect(says(edgeRateLimited, inCluster("api", "elsewhere"), waf, open)).toEqual([]);
  const madeFrom = { ...inCluster("api", "open-1a2b"), propertyDependencies: { spec: [open.urn] } };
  expect(says(edgeRateLimited, madeFrom, open)).toHaveLength(1);
});

test("P8-01 ingress-nginx limits by annotation; what another controller does can't be seen", () => {
  const ingress = (annotations: object, ingressClassName = "nginx") =>
    resource(INGRESS, "api", {
      metadata: { name: "api", namespace: "shop", annotations },
      spec: { ingressClassName },
    });
  const limit = "nginx.ingress.kubernetes.io/limit-rpm";
  const nobody =
    "~api: metadata.annotations limits nobody, and nor does anything else at the edge of the namespace shop";
  expect(says(edgeRateLimited, ingress({ [limit]: "300" }))).toEqual([]);
  expect(says(edgeRateLimited, ingress({}))).toEqual([nobody]);
  expect(says(edgeRateLimited, ingress({ [limit]: "0" }))).toEqual([nobody]);
  expect(says(edgeRateLimited, ingress({}, "traefik"))).toEqual([]);
  expect(says(edgeRateLimited, ingress({ [limit]: unknownValue }))).toEqual([
    `?api: metadata.annotations.${limit} is not known before deployment`,
  ]);
});

const UNSEEN = "is not true: nobody sees what was tried, nor what the firewall refused";

test("the edge is logged", () => {
  expect(says(edgeLogged, backend("waf", { logConfig: { enable: true } }))).toEqual([]);
  expect(says(edgeLogged, backend())).toEqual([`backend: logConfig.enable ${UNSEEN}`]);
  expect(says(edgeLogged, backend("waf", { logConfig: unknownValue }))).toEqual([
    "?backend: logConfig is not known before deployment",
  ]);
  expect(says(edgeLogged, backend("waf", { loadBalancingScheme: "INTERNAL" }))).toEqual([]);
  const spec = { default: { logging: { enabled: false } } };
  expect(says(edgeLogged, resource(GCP_BACKEND_POLICY, "api", { spec }))).toEqual([
    `api: spec.default.logging.enabled ${UNSEEN}`,
  ]);
  const silent = changed({ spec }, "spec.default.logging", undefined);
  expect(says(edgeLogged, resource(GCP_BACKEND_POLICY, "api", silent))).toEqual([]);
});

test("what is for a team's own people only asks who comes, where a stack names it", () => {
  const names = { names: ["backend", "admin"] };
  expect(says(edgeAsksWho, backend())).toEqual([]);
  expect(saysWhenSet(edgeAsksWho, names, backend())).toEqual([
    "iap.enabled is not true: it lets in whoever comes",
  ]);
  expect(saysWhenSet(edgeAsksWho, names, backend("waf", { iap: { enabled: true } }))).toEqual([]);
  const service = (name: unknown, more: object = {}) => resource(CLOUD_RUN_SERVICE, "x", { name, ...more });
  expect(saysWhenSet(edgeAsksWho, names, service("admin"))).toEqual([
    "iapEnabled is not true: it lets in whoever comes",
  ]);
  expect(saysWhenSet(edgeAsksWho, names, service("admin", { iapEnabled: true }), service("shop"))).toEqual(
    [],
  );
});
