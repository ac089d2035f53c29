import fc from "fast-check";
import { expect, test } from "vitest";
import type { Policy, Props } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { dropsCapabilities } from "../../../../policies/security/pods/capabilities.ts";
import { pods } from "../../../../policies/security/pods/index.ts";
import { runsAsNonRoot } from "../../../../policies/security/pods/runs-as-non-root.ts";
import * as types from "../../../../policies/types.ts";
import { PODS, withPods } from "../kubernetes-support.ts";
import { mendedBy, says } from "../support.ts";

const mended = (policy: Policy, spec: unknown, type = types.POD) =>
  mendedBy(policy, type, withPods(type, spec).props as Props);
const contexts = (props: Props | undefined) =>
  (props as { spec: { containers: { securityContext: unknown }[] } } | undefined)?.spec.containers.map(
    ({ securityContext }) => securityContext,
  );

test.each(PODS)(
  "AC-02 a user other than root is said to be none in %s, and the policy is content then",
  (type) => {
    const spec = { securityContext: { runAsUser: 1000 }, containers: [{ name: "a" }] };
    const props = mended(runsAsNonRoot, spec, type);
    expect(says(runsAsNonRoot, withPods(type, spec))).toHaveLength(1);
    expect(says(runsAsNonRoot, { ...withPods(type, spec), props })).toEqual([]);
  },
);

test.each([
  [{ runAsUser: 0 }],
  [{ runAsUser: unknownValue }],
  [{ runAsUser: 1000, runAsNonRoot: false }],
  [{ runAsUser: 1000, runAsNonRoot: unknownValue }],
  [{}],
  [unknownValue],
  [undefined],
])("AC-02 nobody is said to be no root where that is not seen: %j", (securityContext) => {
  expect(mended(runsAsNonRoot, { containers: [{ name: "a", securityContext }] })).toBeUndefined();
});

test("AC-02 each container is mended by itself, and another's setting is left alone", () => {
  const own = { runAsUser: 1000, runAsGroup: 7 };
  const containers = [{ name: "a", securityContext: own }, { name: "b" }, "misshapen"];
  expect(contexts(mended(runsAsNonRoot, { containers: containers.slice(0, 2) }))).toEqual([
    { ...own, runAsNonRoot: true },
    undefined,
  ]);
  expect(mended(runsAsNonRoot, { containers: [containers[2]] })).toBeUndefined();
});

const nobody = { runAsNonRoot: true, allowPrivilegeEscalation: false };
test.each<[unknown, unknown]>([
  [nobody, { ...nobody, capabilities: { drop: ["ALL"] } }],
  [
    { runAsUser: 7, allowPrivilegeEscalation: false, capabilities: { drop: ["NET_RAW"], add: [] } },
    { runAsUser: 7, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  ],
  [{ ...nobody, capabilities: { drop: ["all"] } }, undefined],
  [{ ...nobody, capabilities: { drop: [unknownValue] } }, undefined],
  [{ ...nobody, capabilities: { add: ["CHOWN"] } }, undefined],
  [{ ...nobody, capabilities: unknownValue }, undefined],
  [{ ...nobody, runAsUser: 0 }, undefined],
  [{ ...nobody, allowPrivilegeEscalation: true }, undefined],
  [{ runAsNonRoot: true }, undefined],
  [{ allowPrivilegeEscalation: false }, undefined],
])("AC-02 capabilities are given up where there are none: %j", (securityContext, expected) => {
  const props = mended(dropsCapabilities, { containers: [{ name: "a", securityContext }] });
  expect(contexts(props)).toEqual(expected === undefined ? undefined : [expected]);
});

test("AC-02 what was mended needs no more, and says nothing else than before", () => {
  const flag = fc.constantFrom(true, false, undefined, unknownValue);
  const context = fc.record(
    {
      runAsUser: fc.constantFrom(0, 7, undefined, unknownValue),
      runAsNonRoot: flag,
      allowPrivilegeEscalation: flag,
      capabilities: fc.constantFrom({ drop: ["NET_RAW"] }, { add: ["CHOWN"] }, {}, unknownValue),
    },
    { requiredKeys: [] },
  );
  const pod = fc.record({
    securityContext: context,
    containers: fc.array(fc.record({ name: fc.constant("a"), securityContext: context }), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(pod, fc.constantFrom(runsAsNonRoot, dropsCapabilities), (spec, policy) => {
      const props = mended(policy, spec);
      if (props === undefined) return;
      const after = { ...withPods(types.POD, spec), props };
      expect(mended(policy, (props as { spec: unknown }).spec)).toBeUndefined();
      expect(says(policy, after).length).toBeLessThanOrEqual(says(policy, withPods(types.POD, spec)).length);
      for (const other of pods.filter(({ id }) => id !== policy.id))
        expect(says(other, after)).toEqual(says(other, withPods(types.POD, spec)));
    }),
  );
});

test("AC-02 nothing is mended on Windows", () => {
  const spec = {
    os: { name: "windows" },
    containers: [{ name: "a", securityContext: { ...nobody, runAsUser: 7 } }],
  };
  expect(mended(dropsCapabilities, spec)).toBeUndefined();
});
