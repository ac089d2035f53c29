import { expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { twoInstancesInProduction } from "../../../policies/reliability/scaling/two-instances-in-production.ts";
import { probesComplete } from "../../../policies/reliability/workloads/probes-complete.ts";
import { capacityCoversPeak } from "../../../policies/slo/capacity-covers-peak.ts";
import { CLOUD_RUN_SERVICE } from "../../../policies/types.ts";
import { changed, resource, SERVICE, says } from "./support.ts";

const service = (props: unknown, stack = "production") =>
  resource(CLOUD_RUN_SERVICE, "backend", props, { stack });
const staging = (props: typeof SERVICE) =>
  service(changed(props, "labels.environment", "staging"), "staging");
const CONTAINER = "template.containers[0]";
const STARTUP = `${CONTAINER}.startupProbe`;

test("EA-02 a service with all three probes is fine, by HTTP or by gRPC", () => {
  expect(says(probesComplete, service(SERVICE))).toEqual([]);
  expect(
    says(probesComplete, service(changed(SERVICE, `${CONTAINER}.livenessProbe`, { grpc: { port: 9 } }))),
  ).toEqual([]);
});

test.each(["startupProbe", "livenessProbe", "readinessProbe"])("EA-02 without %s", (probe) => {
  const at = `${CONTAINER}.${probe}`;
  expect(says(probesComplete, service(changed(SERVICE, at, undefined)))).toEqual([
    `backend: ${at} is missing`,
  ]);
  expect(says(probesComplete, service(changed(SERVICE, at, { tcpSocket: { port: 1 } })))).toEqual([
    `backend: ${at} asks neither by HTTP nor by gRPC, so it does not ask the application`,
  ]);
  expect(says(probesComplete, service(changed(SERVICE, at, unknownValue)))).toEqual([
    `?backend: ${at} is not known before deployment`,
  ]);
});

test.each([
  [{ periodSeconds: 10, failureThreshold: 24 }, []],
  [
    { periodSeconds: 10, failureThreshold: 25 },
    [`backend: ${STARTUP} allows 250 s (0 s + 10 s × 25), and Cloud Run allows 240 s`],
  ],
  [
    { initialDelaySeconds: 1, periodSeconds: 240, failureThreshold: 1 },
    [`backend: ${STARTUP} allows 241 s (1 s + 240 s × 1), and Cloud Run allows 240 s`],
  ],
  [{ failureThreshold: 24 }, []],
  [{ periodSeconds: 81 }, [`backend: ${STARTUP} allows 243 s (0 s + 81 s × 3), and Cloud Run allows 240 s`]],
  [{ periodSeconds: unknownValue }, [`?backend: ${STARTUP}.periodSeconds is not known before deployment`]],
  [{ periodSeconds: "soon" }, [`backend: ${STARTUP}.periodSeconds is not a number`]],
])("EA-02 startup budget %o", (times, expected) => {
  const startup = { httpGet: { path: "/" }, ...times };
  expect(says(probesComplete, service(changed(SERVICE, STARTUP, startup)))).toEqual(expected);
});

test("EA-02 sidecars need no probes, but something must take requests", () => {
  const sidecar = { image: "proxy" };
  const containers = [sidecar, SERVICE.template.containers[0]];
  expect(says(probesComplete, service(changed(SERVICE, "template.containers", containers)))).toEqual([]);
  expect(says(probesComplete, service(changed(SERVICE, "template.containers", [sidecar, sidecar])))).toEqual([
    "backend: template.containers has none that takes requests",
  ]);
});

const MIN = "template.scaling.minInstanceCount";
const MAX = "template.scaling.maxInstanceCount";

test.each([
  [2, []],
  [1, [`backend: ${MIN} is 1; production needs 2 or more`]],
  [0, [`backend: ${MIN} is 0; production needs 2 or more`]],
  [undefined, [`backend: ${MIN} is 0; production needs 2 or more`]],
  [unknownValue, [`?backend: ${MIN} is not known before deployment`]],
])("EA-01 minimum instances %s", (min, expected) => {
  expect(says(twoInstancesInProduction, service(changed(SERVICE, MIN, min)))).toEqual(expected);
});

test("EA-01 the service's own floor counts, and a number set by hand", () => {
  const none = changed(SERVICE, MIN, undefined);
  expect(says(twoInstancesInProduction, service({ ...none, scaling: { minInstanceCount: 2 } }))).toEqual([]);
  const manual = { scalingMode: "MANUAL", manualInstanceCount: 1 };
  expect(says(twoInstancesInProduction, service({ ...SERVICE, scaling: manual }))).toEqual([
    `backend: ${MIN} is 1; production needs 2 or more`,
  ]);
  expect(
    says(twoInstancesInProduction, service({ ...SERVICE, scaling: { ...manual, manualInstanceCount: 2 } })),
  ).toEqual([]);
});

test("EA-01 outside production one instance will do; what names no environment is production", () => {
  const one = changed(SERVICE, MIN, 1);
  expect(says(twoInstancesInProduction, staging(one))).toEqual([]);
  const unlabelled = changed(one, "labels", undefined);
  const violated = [`backend: ${MIN} is 1; production needs 2 or more`];
  expect(says(twoInstancesInProduction, service(unlabelled, "acme-eu"))).toEqual(violated);
  expect(says(twoInstancesInProduction, service(unlabelled, "dev"))).toEqual([]);
  // A label does not take a stack called production out of production.
  expect(says(twoInstancesInProduction, service(changed(one, "labels.environment", "staging")))).toEqual(
    violated,
  );
});

const CAPACITY = 'annotations["slipway.dev/capacity-per-instance"]';
const PEAK = 'annotations["slipway.dev/peak"]';
const short = (most: number, capacity: number, peak: number, enough: number) =>
  `${MAX} is ${most}: ${most} × 15 requests/s = ${capacity} requests/s, less than the peak of ${peak}; ${enough} instances would do`;

test.each([
  ["195", 13, []],
  ["196", 13, [`backend: ${short(13, 195, 196, 14)}`]],
  ["50", 4, []],
  ["50", 3, [`backend: ${short(3, 45, 50, 4)}`]],
])("EA-14 a peak of %s on %i instances", (peak, most, expected) => {
  expect(says(capacityCoversPeak, service(changed(changed(SERVICE, PEAK, peak), MAX, most)))).toEqual(
    expected,
  );
});

test("EA-14 fractions are compared as they are written: 3 × 0.1 covers 0.3, and 11 × 3.4 covers 37.4", () => {
  for (const [one, most, peak] of [
    ["0.1", 3, "0.3"],
    ["3.4", 11, "37.4"],
  ] as const) {
    const props = changed(changed(changed(SERVICE, CAPACITY, one), PEAK, peak), MAX, most);
    expect(says(capacityCoversPeak, service(props))).toEqual([]);
  }
});

test("EA-14 the lower of two limits counts", () => {
  expect(says(capacityCoversPeak, service({ ...SERVICE, scaling: { maxInstanceCount: 3 } }))).toEqual([
    `backend: ${short(3, 45, 50, 4)}`,
  ]);
});

test("EA-14 what is not stated, or not known, covers nothing", () => {
  expect(says(capacityCoversPeak, service(changed(SERVICE, "annotations", undefined)))).toEqual([
    "backend: annotations.slipway.dev/capacity-per-instance is not set: capacity is not stated",
    "backend: annotations.slipway.dev/peak is not set: capacity is not stated",
  ]);
  expect(says(capacityCoversPeak, service(changed(SERVICE, PEAK, "0")))).toEqual([
    'backend: annotations.slipway.dev/peak is "0", not a rate above 0',
  ]);
  expect(says(capacityCoversPeak, service(changed(SERVICE, PEAK, "many")))).toEqual([
    "backend: annotations.slipway.dev/peak is not a number",
  ]);
  expect(says(capacityCoversPeak, service(changed(SERVICE, MAX, undefined)))).toEqual([
    `backend: ${MAX} is not set, so capacity can't be compared with the peak`,
  ]);
  expect(says(capacityCoversPeak, service(changed(SERVICE, MAX, unknownValue)))).toEqual([
    `?backend: ${MAX} is not known before deployment`,
  ]);
});

test("EA-14 a service of others, which states neither, can't be compared; half of a statement is a mistake", () => {
  const silent = changed(SERVICE, "annotations", undefined);
  const others = changed(silent, "labels.managed-by", undefined);
  expect(says(capacityCoversPeak, service(others))).toEqual([
    "?backend: it states neither slipway.dev/capacity-per-instance nor slipway.dev/peak, so its capacity can't be compared with its peak",
  ]);
  expect(says(capacityCoversPeak, staging(others))).toEqual([]);
  const half = changed(changed(SERVICE, "labels.managed-by", undefined), PEAK, undefined);
  expect(says(capacityCoversPeak, service(half))).toEqual([
    "backend: annotations.slipway.dev/peak is not set: capacity is not stated",
  ]);
  expect(says(capacityCoversPeak, service(changed(silent, "labels.managed-by", unknownValue)))).toEqual([
    "?backend: labels.managed-by is not known before deployment",
  ]);
});

test("EA-14 outside production too little capacity is advice, and stating it is optional", () => {
  expect(says(capacityCoversPeak, staging(changed(SERVICE, MAX, 3)))).toEqual([
    `~backend: ${short(3, 45, 50, 4)}`,
  ]);
  expect(says(capacityCoversPeak, staging(changed(SERVICE, "annotations", {})))).toEqual([]);
});
