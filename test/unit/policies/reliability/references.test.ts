import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  configMapExists,
  scaleTargetExists,
  serviceAccountExists,
  statefulSetHasService,
  volumeClaimExists,
} from "../../../../policies/reliability/references/references-exist.ts";
import { routeBackendExists } from "../../../../policies/reliability/references/route-backend-exists.ts";
import {
  servicePortExists,
  serviceSelectsPods,
} from "../../../../policies/reliability/references/service-reaches-pods.ts";
import { volumeNotShared } from "../../../../policies/reliability/references/volume-not-shared.ts";
import {
  ACCOUNT,
  AUTOSCALER,
  CONFIG,
  DEPLOYMENT,
  INGRESS,
  NAMESPACE,
  object,
  ROUTE,
  SERVICE,
} from "../kubernetes-support.ts";
import { changed, says } from "../support.ts";
import { changedAll } from "./support.ts";

const namespace = object(NAMESPACE, { name: "namespace" });
const workload = object(DEPLOYMENT);
const POD = "spec.template.spec";

describe("a Service", () => {
  const service = (changes: Record<string, unknown>) => object(changedAll(SERVICE, changes));
  const lost = { "spec.selector": { app: "other" } };

  test("OS-01 selects pods", () => {
    const found = ["api: spec.selector selects no pod of this stack: every request fails"];
    expect(says(serviceSelectsPods, namespace, workload, service({}))).toEqual([]);
    expect(says(serviceSelectsPods, namespace, workload, service(lost))).toEqual(found);
    // Where the namespace is somebody else's, so may the pods be; and an operator makes pods of its own.
    expect(says(serviceSelectsPods, workload, service(lost))).toEqual([]);
    const operated = (apiVersion: string, kind: string) =>
      says(
        serviceSelectsPods,
        namespace,
        workload,
        object({ apiVersion, kind, metadata: { namespace: "shop" } }),
        service(lost),
      );
    expect(operated("kafka.strimzi.io/v1beta2", "Kafka")).toEqual([]);
    expect(operated("monitoring.coreos.com/v1", "Prometheus")).toEqual([]);
    expect(operated("monitoring.coreos.com/v1", "Alertmanager")).toEqual([]);
    expect(operated("monitoring.coreos.com/v1", "PrometheusRule")).toEqual(found);
    expect(says(serviceSelectsPods, namespace, service({ "spec.selector": undefined }))).toEqual([]);
    expect(says(serviceSelectsPods, namespace, workload, service({ "spec.selector": unknownValue }))).toEqual(
      ["?api: spec.selector is not known before deployment"],
    );
    const unread = object(changed(DEPLOYMENT, "spec.template.metadata.labels", unknownValue));
    expect(says(serviceSelectsPods, namespace, unread, service(lost))).toEqual([
      "?api: spec.template.metadata.labels is not known before deployment",
    ]);
  });

  const at = "spec.ports[0].targetPort";
  test.each([
    [8080, []],
    [9090, [`~api: ${at} is "9090", and the pods of api state no such port`]],
    ["http", [`api: ${at} is "http", and the pods of api state no such port`]],
    [
      undefined,
      ['~api: spec.ports[0].port is "80", which requests go to, and the pods of api state no such port'],
    ],
    [unknownValue, [`?api: ${at} is not known before deployment`]],
  ])("OS-01 sends requests to port %s", (port, expected) => {
    expect(says(servicePortExists, workload, service({ [at]: port }))).toEqual(expected);
  });
});

describe("a route", () => {
  const service = object(SERVICE);
  test("OS-01 leads to a Service and its port", () => {
    const at = "spec.rules[0].backendRefs[0]";
    const route = (to: unknown) => object(changed(ROUTE, at, to), { name: "route" });
    const judged = (to: unknown) => says(routeBackendExists, namespace, service, route(to));
    expect(judged({ name: "api", port: 80 })).toEqual([]);
    expect(judged({ name: "api", port: 8080 })).toEqual([
      `route: ${at}.port is "8080", and the Service "api" has no such port`,
    ]);
    expect(judged({ name: "web", port: 80 })).toEqual([
      `route: ${at}.name is "web", and "shop" has no Service of that name`,
    ]);
    expect(judged({ name: "web", port: 80, namespace: "other" })).toEqual([]);
    expect(judged({ name: "web", kind: "ServiceImport", group: "net.gke.io" })).toEqual([]);
    expect(judged({ name: unknownValue, port: 80 })).toEqual([
      `?route: ${at}.name is not known before deployment`,
    ]);
    const nameless = object(changed(SERVICE, "metadata.name", unknownValue));
    expect(says(routeBackendExists, namespace, nameless, route({ name: "web" }))).toEqual([
      "?api: metadata.name is not known before deployment",
    ]);
  });

  test("OS-01 so does an Ingress", () => {
    const backend = (service: unknown) => [{ http: { paths: [{ backend: { service } }] } }];
    const at = "spec.rules[0].http.paths[0].backend.service";
    const judged = (to: unknown) =>
      says(routeBackendExists, namespace, service, object(changed(INGRESS, "spec.rules", backend(to))));
    expect(judged({ name: "api", port: { number: 80 } })).toEqual([]);
    expect(judged({ name: "api", port: { name: "http" } })).toEqual([
      `api: ${at}.port.name is "http", and the Service "api" has no such port`,
    ]);
    expect(judged({ name: "web" })).toEqual([
      `api: ${at}.name is "web", and "shop" has no Service of that name`,
    ]);
  });
});

describe("what a pod names is there", () => {
  const at = `${POD}.containers[0].envFrom`;
  const from = (reference: unknown) => object(changed(DEPLOYMENT, at, [{ configMapRef: reference }]));
  const missing = `${at}[0].configMapRef.name is "web", and "shop" has no ConfigMap of that name`;

  test("ConfigMap", () => {
    const judged = (reference: unknown) => says(configMapExists, namespace, object(CONFIG), from(reference));
    expect(judged({ name: "api" })).toEqual([]);
    expect(judged({ name: "web" })).toEqual([`api: ${missing}`]);
    expect(judged({ name: "web", optional: true })).toEqual([]);
    expect(judged({ name: "kube-root-ca.crt" })).toEqual([]);
    expect(judged({ name: unknownValue })).toEqual([
      `?api: ${at}[0].configMapRef.name is not known before deployment`,
    ]);
    expect(says(configMapExists, object(CONFIG), from({ name: "web" }))).toEqual([]);
    const volumes = [
      { name: "a", configMap: { name: "web" } },
      { name: "b", projected: { sources: [{ configMap: { name: "web" } }] } },
    ];
    expect(
      says(configMapExists, namespace, object(changed(DEPLOYMENT, `${POD}.volumes`, volumes))),
    ).toHaveLength(2);
  });

  test("ServiceAccount, PersistentVolumeClaim, Service of a StatefulSet", () => {
    expect(says(serviceAccountExists, namespace, object(ACCOUNT), workload)).toEqual([]);
    expect(says(serviceAccountExists, namespace, workload)).toEqual([
      `api: ${POD}.serviceAccountName is "api", and "shop" has no ServiceAccount of that name`,
    ]);
    const silent = object(changed(DEPLOYMENT, `${POD}.serviceAccountName`, undefined));
    expect(says(serviceAccountExists, namespace, silent)).toEqual([]);
    const claiming = changed(DEPLOYMENT, `${POD}.volumes`, [
      { name: "d", persistentVolumeClaim: { claimName: "data" } },
    ]);
    expect(says(volumeClaimExists, namespace, object(claiming))).toEqual([
      `api: ${POD}.volumes[0].persistentVolumeClaim.claimName is "data", and "shop" has no PersistentVolumeClaim of that name`,
    ]);
    const set = object({ ...changed(DEPLOYMENT, "spec.serviceName", "store"), kind: "StatefulSet" });
    expect(says(statefulSetHasService, namespace, set)).toEqual([
      'api: spec.serviceName is "store", and "shop" has no Service of that name',
    ]);
  });

  test("what is scaled", () => {
    const aimed = (name: unknown, kind = "Deployment") =>
      object(changed(AUTOSCALER, "spec.scaleTargetRef", { name, kind }));
    const judged = (...target: Parameters<typeof aimed>) =>
      says(scaleTargetExists, namespace, workload, aimed(...target));
    expect(judged("api")).toEqual([]);
    expect(judged("web")).toEqual([
      'api: spec.scaleTargetRef.name is "web", and "shop" has no Deployment of that name',
    ]);
    expect(judged("web", "Rollout")).toEqual([]);
    expect(judged(unknownValue)).toEqual(["?api: spec.scaleTargetRef.name is not known before deployment"]);
  });
});

test("a volume of one machine is not shared", () => {
  const claim = (...accessModes: readonly string[]) =>
    object({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "shop" },
      spec: { accessModes },
    });
  const at = `${POD}.volumes[0].persistentVolumeClaim.claimName`;
  const claiming = (changes: Record<string, unknown>) =>
    object(
      changedAll(DEPLOYMENT, {
        [`${POD}.volumes`]: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }],
        ...changes,
      }),
    );
  const scaler = object(AUTOSCALER);
  expect(says(volumeNotShared, claiming({}), scaler, claim("ReadWriteMany"))).toEqual([]);
  expect(says(volumeNotShared, claiming({}), scaler, claim("ReadWriteOnce"))).toEqual([
    `api: ${at} is "data", which one machine may have at a time, and there may be 13 pods`,
  ]);
  expect(says(volumeNotShared, claiming({}), claim("ReadWriteOnce"))).toEqual([
    `~api: ${at} is "data", which one machine may have at a time, and a rollout starts the new pod before the old one goes`,
  ]);
  const recreated = claiming({ "spec.strategy": { type: "Recreate" } });
  expect(says(volumeNotShared, recreated, claim("ReadWriteOnce"))).toEqual([]);
  expect(says(volumeNotShared, claiming({}), scaler)).toEqual([]);
});
