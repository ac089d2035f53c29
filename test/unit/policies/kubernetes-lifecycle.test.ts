import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { gracefulShutdown } from "../../../policies/reliability/workloads/graceful-shutdown.ts";
import { probesComplete } from "../../../policies/reliability/workloads/probes-complete.ts";
import * as types from "../../../policies/types.ts";
import { CONTAINER, DEPLOYMENT, object, POD_SPEC, SERVICE, withPods } from "./kubernetes-support.ts";
import { changed, says } from "./support.ts";

const POD = "spec.template.spec";
const AT = `${POD}.containers[0]`;
const good = object(DEPLOYMENT);
const deployment = (path: string, to: unknown) => object(changed(DEPLOYMENT, path, to));

describe("graceful-shutdown", () => {
  const preStop = `${AT}.lifecycle.preStop`;
  const late = (pause: number, grace: number) => [
    `api: ${preStop} takes ${pause} s, and the pod is killed ${grace} s after it was told to go: nothing is left for what it was doing`,
  ];
  test.each([
    [{ sleep: { seconds: 29 } }, []],
    [{ sleep: { seconds: 30 } }, late(30, 30)],
    [{ exec: { command: ["sleep", "30"] } }, late(30, 30)],
    [{ exec: { command: ["/bin/sh", "-c", "sleep 20 && sleep 15s"] } }, late(35, 30)],
    [{ exec: { command: ["sh", "-c", "/bin/sleep 1m"] } }, late(60, 30)],
    [{ exec: { command: ["sh", "-c", "nginx -s quit"] } }, []],
    [{ httpGet: { path: "/drain" } }, []],
    [undefined, [`~api: ${preStop} is missing: requests still come while it is already ending`]],
    [unknownValue, [`?api: ${preStop} is not known before deployment`]],
    [{ sleep: { seconds: "long" } }, [`api: ${preStop}.sleep.seconds is not a number`]],
  ])("preStop %j within 30 s", (hook, expected) => {
    expect(says(gracefulShutdown, deployment(preStop, hook))).toEqual(expected);
    // 30 s are what Kubernetes gives by itself.
    const silent = changed(
      changed(DEPLOYMENT, preStop, hook),
      `${POD}.terminationGracePeriodSeconds`,
      undefined,
    );
    expect(says(gracefulShutdown, object(silent))).toEqual(expected);
  });

  test("no time at all is a violation, more time is more", () => {
    const grace = `${POD}.terminationGracePeriodSeconds`;
    expect(says(gracefulShutdown, deployment(grace, 0))).toEqual([
      `api: ${grace} is 0: pods are killed at once, in the middle of what they do`,
    ]);
    expect(says(gracefulShutdown, deployment(grace, 5))).toEqual(late(5, 5));
    expect(says(gracefulShutdown, deployment(grace, 6))).toEqual([]);
    expect(says(gracefulShutdown, deployment(grace, unknownValue))).toEqual([
      `?api: ${grace} is not known before deployment`,
    ]);
  });

  test("what nobody sends requests to needs no pause", () => {
    const container = { ...CONTAINER, lifecycle: undefined };
    expect(says(gracefulShutdown, deployment(POD, { containers: [{ ...container, ports: [] }] }))).toEqual(
      [],
    );
    expect(says(gracefulShutdown, withPods(types.STATEFUL_SET, { containers: [container] }))).toEqual([]);
  });
});

describe("probes-complete", () => {
  const PROBES = ["startupProbe", "livenessProbe", "readinessProbe"] as const;
  const ASKS = "asks neither by HTTP nor by gRPC nor with a command, so it does not ask the application";

  test.each(PROBES)("OS-02 %s is there and asks the application", (probe) => {
    const at = `${AT}.${probe}`;
    expect(says(probesComplete, good)).toEqual([]);
    expect(says(probesComplete, deployment(at, { exec: { command: ["ask"] } }))).toEqual([]);
    expect(says(probesComplete, deployment(at, { grpc: { port: 9 } }))).toEqual([]);
    expect(says(probesComplete, deployment(at, undefined))).toEqual([
      `${probe === "startupProbe" ? "~" : ""}api: ${at} is missing`,
    ]);
    expect(says(probesComplete, deployment(at, { tcpSocket: { port: 1 } }))).toEqual([`api: ${at} ${ASKS}`]);
    expect(says(probesComplete, deployment(at, unknownValue))).toEqual([
      `?api: ${at} is not known before deployment`,
    ]);
  });

  test("OS-02 a store may be asked once, and then only for a connection", () => {
    const store = (name: string) =>
      withPods(types.STATEFUL_SET, changed(POD_SPEC, `containers[0].${name}`, { tcpSocket: { port: 1 } }));
    expect(PROBES.map((probe) => says(probesComplete, store(probe)))).toEqual([
      [`api: ${AT}.startupProbe ${ASKS}`],
      [],
      [],
    ]);
  });

  test.each([
    [{ periodSeconds: 10, failureThreshold: 60 }, []],
    [
      { periodSeconds: 10, failureThreshold: 61 },
      [
        `api: ${AT}.startupProbe allows 610 s (0 s + 10 s × 61), and the rollout's progressDeadlineSeconds allows 600 s`,
      ],
    ],
  ])("OS-02 a start may take as long as the rollout waits: %j", (budget, expected) => {
    const probe = { ...CONTAINER.startupProbe, ...budget };
    const slow = changed(DEPLOYMENT, `${AT}.startupProbe`, probe);
    expect(says(probesComplete, object(slow))).toEqual(expected);
    expect(says(probesComplete, object(changed(slow, "spec.progressDeadlineSeconds", 900)))).toEqual([]);
  });

  test("OS-02 of several containers the one that takes requests is asked", () => {
    const sidecar = { name: "metrics", image: "m:1" };
    const pod = (containers: unknown) => withPods(types.DEPLOYMENT, { containers });
    expect(says(probesComplete, pod([sidecar, CONTAINER]))).toEqual([]);
    expect(
      says(probesComplete, pod([{ ...sidecar, ports: [{ containerPort: 1 }] }, CONTAINER])),
    ).toHaveLength(3);
    const named = changed(
      { ...DEPLOYMENT, metadata: DEPLOYMENT.metadata },
      "spec.template.metadata.annotations",
      { "kubectl.kubernetes.io/default-container": "api" },
    );
    const both = [{ ...sidecar, ports: [{ containerPort: 1 }] }, CONTAINER];
    expect(says(probesComplete, object(changed(named, `${POD}.containers`, both)))).toEqual([]);
    expect(says(probesComplete, object(SERVICE), pod([]))).toEqual([`api: ${POD}.containers has none`]);
  });

  test("OS-02 jobs and workers have nothing to be probed for", () => {
    const silent = changed(POD_SPEC, "containers[0]", { name: "a", image: "a:1" });
    expect(says(probesComplete, withPods(types.DEPLOYMENT, silent))).toEqual([]);
    expect(says(probesComplete, withPods(types.CRON_JOB, silent))).toEqual([]);
    expect(says(probesComplete, withPods(types.DEPLOYMENT, silent), object(SERVICE))).toHaveLength(3);
  });

  test("OS-02 nor has what only its metrics are collected from, by the names of its ports", () => {
    const pod = (...names: readonly unknown[]) =>
      withPods(
        types.DEPLOYMENT,
        changed(POD_SPEC, "containers[0]", {
          name: "a",
          image: "a:1",
          ports: names.map((name) => ({ containerPort: 1, name })),
        }),
      );
    const service = (...names: readonly unknown[]) =>
      object(
        changed(
          SERVICE,
          "spec.ports",
          names.map((name) => ({ port: 80, name })),
        ),
      );
    for (const name of ["metrics", "http-metrics", "telemetry"])
      expect(says(probesComplete, pod(name), service("metrics"))).toEqual([]);
    for (const name of ["http", undefined, unknownValue, "symmetrics"])
      expect(says(probesComplete, pod("metrics", name))).toHaveLength(3);
    expect(says(probesComplete, pod("metrics"), service("metrics", "http"))).toHaveLength(3);
    expect(says(probesComplete, pod("metrics"), service())).toHaveLength(3);
  });
});
