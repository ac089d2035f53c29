import { expect, test } from "vitest";
import { readFigures, writeFigures } from "../../../sandbox/kubernetes/controllers/figures.ts";
import {
  customMetric,
  externalMetric,
  METRICS,
  podMetrics,
  resourceList,
} from "../../../sandbox/kubernetes/controllers/metrics-answers.ts";
import { temporaryFolder } from "../engine/support.ts";

const now = new Date("2026-01-01T00:00:00Z");
const pod = (annotations: Record<string, string> = {}) => ({
  metadata: { name: "web-1", namespace: "n", annotations },
  spec: { containers: [{ name: "app" }, { name: "proxy" }] },
});

test("each container uses little, what its namespace is said to use, or what its pod says", () => {
  const usages = (annotations = {}, figures = {}) =>
    (podMetrics(pod(annotations), figures, now) as { containers: object[] }).containers;
  expect(usages()).toEqual([
    { name: "app", usage: { cpu: "5m", memory: "32Mi" } },
    { name: "proxy", usage: { cpu: "5m", memory: "32Mi" } },
  ]);
  expect(usages({}, { cpu: "80m" })[0]).toEqual({ name: "app", usage: { cpu: "80m", memory: "32Mi" } });
  expect(usages({ "sandbox.slipway/cpu": "1" }, { cpu: "80m" })[0]).toEqual({
    name: "app",
    usage: { cpu: "1", memory: "32Mi" },
  });
});

test("a metric that nobody set is 0", () => {
  const described = [{ kind: "Pod", apiVersion: "v1", name: "web-1", namespace: "n" }];
  const metric = (figures: object) => customMetric(described, "rps", figures, now);
  expect(metric({})).toMatchObject({ items: [{ metric: { name: "rps" }, value: "0" }] });
  expect(metric({ custom: { rps: "40" } })).toMatchObject({ items: [{ value: "40" }] });
  expect(externalMetric("depth", {}, now)).toMatchObject({ items: [{ metricName: "depth", value: "0" }] });
  expect(externalMetric("depth", { external: { depth: "9" } }, now)).toMatchObject({
    items: [{ value: "9" }],
  });
});

test("only the resource metrics have kinds to discover", () => {
  expect(resourceList(METRICS.resource)).toMatchObject({ resources: [{ name: "nodes" }, { name: "pods" }] });
  expect(resourceList(METRICS.custom)).toMatchObject({
    groupVersion: "custom.metrics.k8s.io/v1beta2",
    resources: [],
  });
});

test("figures of a namespace are read as they were written, and are none of another's", async () => {
  const folder = await temporaryFolder();
  writeFigures(folder, "one", { cpu: "1", external: { "a|b": "2" } });
  expect(readFigures(folder, "one")).toEqual({ cpu: "1", external: { "a|b": "2" } });
  expect(readFigures(folder, "two")).toEqual({});
});
