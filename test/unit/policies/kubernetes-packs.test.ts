import fc from "fast-check";
import { expect, test } from "vitest";
import { packs } from "../../../policies/catalogue.ts";
import { evaluate } from "../../../policies/core/evaluate.ts";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { security } from "../../../policies/security/pack.ts";
import * as types from "../../../policies/types.ts";
import { GOOD, object, PODS, withPods } from "./kubernetes-support.ts";
import { resource } from "./support.ts";

const good = GOOD.map((manifest) => object(manifest));
const TYPES = Object.values(types)
  .flat()
  .filter((type) => type.startsWith("kubernetes:"));

test("a good system has no finding, whatever order it is declared in", () => {
  expect(evaluate(packs, good)).toEqual([]);
  fc.assert(
    fc.property(fc.shuffledSubarray(good, { minLength: good.length }), (order) => {
      expect(evaluate(packs, order)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("what is bare is told what it lacks for its security", () => {
  const bare = [
    ...PODS.map(([type]) => withPods(type, { containers: [{ name: "a" }] })),
    resource(types.NAMESPACE, "n", { metadata: { name: "n" } }),
    resource(types.KUBERNETES_SECRET, "s", { stringData: { a: "b" } }),
    resource(types.INGRESS, "i", {}),
  ];
  const found = new Set(evaluate([security], bare).map(({ policy }) => policy));
  expect([...found].sort()).toEqual([
    "drops-capabilities",
    "http-only-redirects",
    "namespace-denies-by-default",
    "namespace-restricts-pods",
    "no-default-service-account",
    "no-literal-secret",
    "no-privilege-escalation",
    "pinned-image",
    "pod-has-controller",
    "read-only-root",
    "runs-as-non-root",
    "seccomp-profile",
    "token-only-where-used",
  ]);
});

const KEYS = [
  ...[
    "metadata",
    "name",
    "namespace",
    "labels",
    "annotations",
    "spec",
    "template",
    "jobTemplate",
    "containers",
  ],
  ...[
    "initContainers",
    "securityContext",
    "capabilities",
    "drop",
    "add",
    "env",
    "envFrom",
    "secretRef",
    "value",
  ],
  ...[
    "image",
    "ports",
    "hostPort",
    "resources",
    "requests",
    "limits",
    "cpu",
    "memory",
    "lifecycle",
    "preStop",
  ],
  ...[
    "exec",
    "command",
    "sleep",
    "seconds",
    "replicas",
    "scaleTargetRef",
    "kind",
    "minReplicas",
    "maxReplicas",
  ],
  ...[
    "minAvailable",
    "maxUnavailable",
    "selector",
    "matchLabels",
    "matchExpressions",
    "key",
    "operator",
    "values",
  ],
  ...[
    "podSelector",
    "policyTypes",
    "ingress",
    "egress",
    "from",
    "to",
    "data",
    "stringData",
    "remoteRef",
    "version",
  ],
  ...["dataFrom", "find", "extract", "parameters", "secrets", "subjects", "roleRef", "listeners", "protocol"],
  ...[
    "parentRefs",
    "rules",
    "filters",
    "tls",
    "type",
    "limits",
    "default",
    "volumes",
    "hostPath",
    "__proto__",
  ],
  ...[
    "slipway.dev/peak",
    "slipway.dev/capacity-per-instance",
    "serviceAccountName",
    "nonResourceURLs",
    "resourceNames",
    "apiGroups",
    "verbs",
    "aggregationRule",
    "clusterRoleSelectors",
    "hostnames",
    "ipBlock",
    "cidr",
    "except",
    "projected",
    "sources",
    "hostPath",
    "binaryData",
    "startupProbe",
    "httpGet",
  ],
];
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.constantFrom<unknown>(
      unknownValue,
      null,
      true,
      false,
      0,
      1,
      2.5,
      "",
      "a",
      "100%",
      "default",
      "HTTP",
      "In",
    ),
    fc.string(),
    fc.dictionary(fc.constantFrom(...KEYS), tie("json"), { maxKeys: 7 }),
    fc.array(tie("json"), { maxLength: 3 }),
  ),
}));

test("arbitrary properties never make a policy fail", () => {
  const one = fc.record({ type: fc.constantFrom(...TYPES), props: json });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), (given) => {
      const found = evaluate(
        packs,
        given.map(({ type, props }, index) => resource(type, `r${index}`, props)),
      );
      expect(found.filter(({ status }) => status === "error")).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

/** Puts a value in the place of the nth value of a tree. */
function planted(value: unknown, nth: { left: number }, other: unknown): unknown {
  if (nth.left-- === 0) return other;
  if (Array.isArray(value)) return value.map((item) => planted(item, nth, other));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, planted(item, nth, other)]));
}

function countOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return 1 + Object.values(value).reduce((sum: number, part) => sum + countOf(part), 0);
}

test.each([
  ["not known", unknownValue],
  ["misshapen", { "not-a-field": [1] }],
  ["misshapen", ["not a field"]],
  ["misshapen", 7],
  ["absent", null],
])("one value %s anywhere in a good system is told or harmless, and never a failure", (_, other) => {
  for (const [index, manifest] of GOOD.entries()) {
    for (let nth = 0; nth < countOf(manifest); nth++) {
      const props = planted(manifest, { left: nth }, other);
      const found = evaluate(packs, good.with(index, { ...(good[index] as (typeof good)[0]), props }));
      expect(found.filter(({ status }) => status === "error")).toEqual([]);
      if (other === unknownValue) {
        expect(found.filter(({ status }) => status === "violation")).toEqual([]);
      }
    }
  }
});

test("EA-07 a secret in any place of an object is in no message", () => {
  const secret = "postgres://app:correct-horse@db.example.com/shop";
  let said = 0;
  for (const [index, manifest] of GOOD.entries()) {
    for (let nth = 1; nth < countOf(manifest); nth++) {
      const props = planted(manifest, { left: nth }, secret);
      for (const { message } of evaluate(
        packs,
        good.with(index, { ...(good[index] as (typeof good)[0]), props }),
      )) {
        said++;
        expect(message).not.toContain("correct-horse");
      }
    }
  }
  expect(said).toBeGreaterThan(100);
});
