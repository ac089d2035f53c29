import fc from "fast-check";
import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { estimateMonthlyCost } from "../../../../policies/cost/estimate.ts";
import * as types from "../../../../policies/types.ts";
import { BUCKET, CLUSTER, changed, resource, SERVICE } from "../support.ts";
import { MONTH, rounded, run, STEADY } from "./support.ts";

const to2 = (usd: number) => Number(usd.toFixed(2));

test("EA-15 an instance-based service is billed for every second that an instance lives", () => {
  const one = run({ instances: [3, 13], capacity: "15", peak: "150", cpuIdle: false });
  const instance = MONTH * (0.000018 + 0.5 * 0.000002);
  // Nobody: 3. Half of 150 requests/s: 5 of 15. All of it: 10.
  expect(rounded(estimateMonthlyCost([one], STEADY).lines[0])).toEqual(
    [3, 5, 10].map((count) => to2(count * instance)),
  );
});

test("EA-15 a request-based service pays full price for instances that work, and little for those that wait", () => {
  const one = run({
    cpu: "2",
    memory: "1Gi",
    instances: [6, 11],
    capacity: "3.4",
    peak: "34",
    cpuIdle: true,
  });
  const busy = MONTH * (2 * 0.000024 + 0.0000025);
  const idle = MONTH * (2 * 0.0000025 + 0.0000025);
  const requests = (rate: number) => ((rate * MONTH) / 1e6) * 0.4;
  expect(rounded(estimateMonthlyCost([one], STEADY).lines[0])).toEqual(
    [6 * idle, 5 * busy + idle + requests(17), 10 * busy + requests(34)].map(to2),
  );
  // A tenth of a second every ten seconds, and one every five: 3 % of the wait is work.
  const probed = changed(one, "props.template.containers[0]", {
    resources: { limits: { cpu: "2", memory: "1Gi" }, cpuIdle: true },
    livenessProbe: { httpGet: {} },
    readinessProbe: { httpGet: {}, periodSeconds: 5 },
  });
  expect(rounded(estimateMonthlyCost([probed], STEADY).lines[0])[0]).toBe(
    to2(6 * (0.97 * idle + 0.03 * busy)),
  );
});

test("EA-15 no more instances are billed than may run", () => {
  const one = run({ instances: [1, 2], capacity: "1", peak: "1000", cpuIdle: false });
  expect(estimateMonthlyCost([one]).high).toBeCloseTo(2 * MONTH * 0.000019, 2);
});

test("a usual day stays below the peak, and weekends below that", () => {
  const one = run({ instances: [0, 100], capacity: "1", peak: "70", cpuIdle: false });
  const usage = { ...STEADY, loadShape: Array<number>(24).fill(1), usualDay: 0.5, weekend: 0.2 };
  const instance = MONTH * 0.000019;
  expect(rounded(estimateMonthlyCost([one], usage).lines[0])).toEqual(
    [0, ((35 * 5 + 7 * 2) / 7) * instance, 70 * instance].map(to2),
  );
});

test("sidecars are billed with the container that takes requests", () => {
  const resources = { limits: { cpu: "1", memory: "1Gi" }, cpuIdle: false };
  const one = run({ instances: [1, 1], capacity: "1", peak: "1", cpuIdle: false });
  const two = changed(one, "props.template.containers", [
    { ports: { containerPort: 80 }, resources },
    { resources },
  ]);
  expect(estimateMonthlyCost([two]).low).toBe(to2(2 * MONTH * (0.000018 + 0.000002)));
});

test("what has no price, or is not known, is missing and in no sum", () => {
  const dual = changed(changed(BUCKET, "location", "US"), "customPlacementConfig", {
    dataLocations: ["US-EAST1", "US-WEST2"],
  });
  const tier = "replicationSpecs[0].regionConfigs[0].electableSpecs.instanceSize";
  const estimate = estimateMonthlyCost([
    resource(types.BUCKET, "uploads", dual),
    resource(types.CLOUD_RUN_SERVICE, "far", { ...SERVICE, location: "europe-west3" }),
    resource(
      types.CLOUD_RUN_SERVICE,
      "unread",
      changed(SERVICE, "template.scaling.minInstanceCount", unknownValue),
    ),
    resource(types.CLOUD_RUN_SERVICE, "unstated", changed(SERVICE, "annotations", undefined)),
    resource(types.CLOUD_RUN_SERVICE, "misshapen", changed(SERVICE, "template.containers", "none")),
    resource(types.ATLAS_CLUSTER, "huge", changed(CLUSTER, tier, "M700")),
    resource(types.CRYPTO_KEY, "external", { versionTemplate: { protectionLevel: "EXTERNAL" } }),
    resource(types.SECRET_VERSION, "version", {}),
  ]);
  expect(estimate.lines.map(({ urn, missing }) => [urn.split("::").at(-1), missing])).toEqual([
    ["uploads", 'no price of "storage.dual.us-east1.standard" is in the table'],
    ["far", 'no price of Cloud Run in "europe-west3" is in the table'],
    ["unread", "template.scaling.minInstanceCount is not known before deployment"],
    ["unstated", "capacity and peak are not stated (slipway.dev/capacity-per-instance, slipway.dev/peak)"],
    ["misshapen", "template.containers is not a list"],
    ["huge", 'no price of "atlas.M700" is in the table'],
    ["huge", 'no price of "atlas.backup" is in the table'],
    ["external", 'no price of "kms.external-key-version" is in the table'],
    ["version", undefined],
  ]);
  expect([estimate.low, estimate.expected, estimate.high]).toEqual([0.06, 0.06, 0.09]);
});

test("lines are summed by service and by system", () => {
  const label = (name: string, labels: object) =>
    changed(
      run({ name, instances: [1, 1], capacity: "1", peak: "1", cpuIdle: false }),
      "props.labels",
      labels,
    );
  const one = to2(MONTH * 0.000019);
  const { services, systems, expected } = estimateMonthlyCost([
    label("a", { service: "api", system: "shop" }),
    label("b", { service: "api", system: "shop" }),
    label("c", { system: "mail" }),
    { ...resource(types.SECRET_VERSION, "d", {}), urn: "urn:pulumi:p::s::slipway:system:Bank$t::d" },
  ]);
  const same = (usd: number) => ({ low: usd, expected: usd, high: usd });
  expect(services).toEqual([
    { name: "api", ...same(to2(2 * MONTH * 0.000019)) },
    { name: "c", ...same(one) },
  ]);
  expect(systems.map(({ name }) => name)).toEqual(["shop", "mail", "bank"]);
  expect(systems.reduce((sum, each) => sum + each.expected, 0)).toBeCloseTo(expected, 1);
});

test("by law: low ≤ expected ≤ high, never falling with the peak, and linear in services", () => {
  const facts = fc.record({
    peak: fc.integer({ min: 1, max: 500 }),
    more: fc.integer({ min: 0, max: 500 }),
    capacity: fc.integer({ min: 1, max: 50 }),
    min: fc.integer({ min: 0, max: 20 }),
    extra: fc.integer({ min: 0, max: 50 }),
    cpuIdle: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, ({ peak, more, capacity, min, extra, cpuIdle }) => {
      const at = (rate: number, name = "a") =>
        run({
          name,
          instances: [min, min + extra + 1],
          capacity: `${capacity}`,
          peak: `${rate}`,
          cpuIdle,
          ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        });
      const [one, higher] = [estimateMonthlyCost([at(peak)]), estimateMonthlyCost([at(peak + more)])];
      expect(one.low).toBeLessThanOrEqual(one.expected);
      expect(one.expected).toBeLessThanOrEqual(one.high);
      expect(higher.expected).toBeGreaterThanOrEqual(one.expected);
      expect(higher.high).toBeGreaterThanOrEqual(one.high);
      const twice = estimateMonthlyCost([at(peak), at(peak, "b")]);
      expect(twice.expected).toBeCloseTo(2 * one.expected, 1);
    }),
  );
});
