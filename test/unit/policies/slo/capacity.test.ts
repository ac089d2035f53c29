import { describe, expect, test } from "vitest";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { Policy, PolicyResource } from "../../../../policies/core/policy.ts";
import { readPolicySettings } from "../../../../policies/core/settings.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { calleeBearsCallers } from "../../../../policies/slo/capacity/callee-bears-callers.ts";
import { capacitySurvivesZone } from "../../../../policies/slo/capacity/capacity-survives-zone.ts";
import { edgeProbed } from "../../../../policies/slo/capacity/edge-probed.ts";
import { floorBearsOrdinaryLoad } from "../../../../policies/slo/capacity/floor-bears-ordinary-load.ts";
import { capacityCoversPeak } from "../../../../policies/slo/capacity-covers-peak.ts";
import * as types from "../../../../policies/types.ts";
import { resource, says } from "../support.ts";
import { deployment, service } from "./slo-support.ts";

/** What a policy says where a stack sets something for it. */
function saysWith(policy: Policy, given: object, ...resources: readonly PolicyResource[]): string[] {
  const pack = { name: "slo", description: "", policies: [policy] };
  const read = readPolicySettings({ settings: { [policy.id]: given } }, [pack], "2027-01-01");
  if (read.problems !== undefined) throw new Error(JSON.stringify(read.problems));
  return evaluate([pack], resources, { settings: read.value }).map(({ message }) => message);
}

const facts = (perInstance: unknown, peak: unknown) => ({
  "capacity-per-instance": String(perInstance),
  peak: String(peak),
});
const scaled = (min: number, max: number) => ({
  template: { scaling: { minInstanceCount: min, maxInstanceCount: max } },
});

test("EA-14 headroom over the peak is a setting", () => {
  const backend = service(facts(15, 50), scaled(3, 4));
  expect(says(capacityCoversPeak, backend)).toEqual([]);
  expect(saysWith(capacityCoversPeak, { headroom: 20 }, backend)).toEqual([]);
  expect(saysWith(capacityCoversPeak, { headroom: 21 }, backend)).toEqual([
    "template.scaling.maxInstanceCount is 4: 4 × 15 requests/s = 60 requests/s, less than the peak of 50 and 21 % more; 5 instances would do",
  ]);
});

describe("EA-14 the peak is served while a zone is lost", () => {
  const pods = (replicas: unknown, stack = "production") =>
    deployment(facts(15, 50), { spec: { replicas }, stack });
  test.each<[unknown, string[]]>([
    [6, []],
    [
      5,
      [
        "~api: spec.replicas is 5: without the 2 of one of 3 zones, 3 × 15 requests/s = 45 requests/s, less than the peak of 50",
      ],
    ],
    // Too few for the peak even with all zones: another policy's.
    [3, []],
    [unknownValue, ["?api: spec.replicas is not known before deployment"]],
    ["many", ["~api: spec.replicas is not a number"]],
  ])("with %s pods", (replicas, expected) => {
    expect(says(capacitySurvivesZone, pods(replicas))).toEqual(expected);
  });

  test("in production only, where both figures are stated, and over as many zones as the stack says", () => {
    expect(says(capacitySurvivesZone, pods(5, "dev"))).toEqual([]);
    expect(says(capacitySurvivesZone, deployment({ peak: "50" }, { spec: { replicas: 5 } }))).toEqual([]);
    expect(saysWith(capacitySurvivesZone, { zones: 5 }, pods(5))).toEqual([]);
    expect(saysWith(capacitySurvivesZone, { zones: 2 }, pods(6))).toEqual([
      "spec.replicas is 6: without the 3 of one of 2 zones, 3 × 15 requests/s = 45 requests/s, less than the peak of 50",
    ]);
  });
});

test("EA-14 the instances that always run bear the ordinary load", () => {
  const at = "template.scaling.minInstanceCount";
  const few = `${at} is 1: 15 requests/s until more have started, and 50 % of the peak are 25; 2 instances would do`;
  expect(says(floorBearsOrdinaryLoad, service(facts(15, 50), scaled(2, 4)))).toEqual([]);
  expect(says(floorBearsOrdinaryLoad, service(facts(15, 50), scaled(1, 4)))).toEqual([`~backend: ${few}`]);
  expect(says(floorBearsOrdinaryLoad, service(facts(15, 50), { ...scaled(1, 4), stack: "dev" }))).toEqual([]);
  expect(saysWith(floorBearsOrdinaryLoad, { ordinary: 30 }, service(facts(15, 50), scaled(1, 4)))).toEqual(
    [],
  );
  expect(says(floorBearsOrdinaryLoad, service(facts(unknownValue, 50), scaled(1, 4)))).toEqual([
    "?backend: annotations.slipway.dev/capacity-per-instance is not known before deployment",
  ]);
  expect(says(floorBearsOrdinaryLoad, deployment(facts(15, 50), { spec: { replicas: 2 } }))).toEqual([]);
  expect(says(floorBearsOrdinaryLoad, deployment(facts(15, 50)))).toEqual([
    "~api: spec.replicas is 1: 15 requests/s until more have started, and 50 % of the peak are 25; 2 instances would do",
  ]);
});

describe("EA-14 what is called bears its callers at their peaks", () => {
  const account = (name: string) => `${name}@shop.iam.gserviceaccount.com`;
  const calling = (name: string, peak: number) =>
    service(facts(15, peak), { name, template: { serviceAccount: account(name) } });
  const grant = (caller: string) =>
    resource(types.CLOUD_RUN_INVOKER, `${caller}-calls`, {
      name: "model",
      role: "roles/run.invoker",
      member: `serviceAccount:${account(caller)}`,
    });
  const model = service(facts(3.4, 35), { name: "model", ...scaled(6, 11) });
  const both = [calling("web", 50), grant("web"), calling("mail", 30), grant("mail"), model];

  test("half of the requests make a call, where nobody said", () => {
    expect(says(calleeBearsCallers, calling("web", 50), grant("web"), model)).toEqual([]);
    expect(says(calleeBearsCallers, ...both)).toEqual([
      "~model: annotations.slipway.dev/peak is 35, and at their peaks its callers send 40 requests/s (web 50 × 0.5, mail 30 × 0.5): all its 11 instances bear 37.4",
    ]);
  });

  test("and as many as the stack says, where it does", () => {
    expect(saysWith(calleeBearsCallers, { callsPerRequest: { "mail>model": 0.1 } }, ...both)).toEqual([]);
    expect(
      saysWith(calleeBearsCallers, { callsPerRequest: { "web>model": 1 }, otherwise: 0 }, ...both),
    ).toEqual([
      "annotations.slipway.dev/peak is 35, and at their peaks its callers send 50 requests/s (web 50 × 1, mail 30 × 0): all its 11 instances bear 37.4",
    ]);
  });

  test("who states nothing is not counted", () => {
    expect(says(calleeBearsCallers, ...both.slice(0, 4), service({}, { name: "model" }))).toEqual([]);
  });
});

test("EA-16 what users reach from outside is asked from outside", () => {
  const behind = { ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" };
  const everyone = resource(types.CLOUD_RUN_INVOKER, "all", { name: "backend", member: "allUsers" });
  const found = [
    "~backend: ingress lets users in, and nothing in the stack asks from outside whether they are answered",
  ];
  const watched = (props: object) => resource(types.MONITORING, "watched", props);
  expect(says(edgeProbed, service({}, behind), everyone)).toEqual(found);
  expect(says(edgeProbed, service({}, behind), everyone, watched({ uptime: [] }))).toEqual(found);
  expect(says(edgeProbed, service({}, behind), everyone, watched({ uptime: [{ name: "api" }] }))).toEqual([]);
  expect(says(edgeProbed, service({}, behind), everyone, watched({ smoke: { suite: "shop" } }))).toEqual([]);
  expect(says(edgeProbed, service({}, behind), everyone, resource(types.UPTIME_CHECK, "up", {}))).toEqual([]);
  expect(says(edgeProbed, service({}, behind))).toEqual([]);
  expect(says(edgeProbed, service({}, { ...behind, stack: "dev" }), everyone)).toEqual([]);
  expect(says(edgeProbed, service({}, { ingress: unknownValue }), everyone)).toEqual([
    "?backend: ingress is not known before deployment",
  ]);
});
