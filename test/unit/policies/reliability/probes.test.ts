import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  livenessActsLast,
  livenessOfItsOwn,
} from "../../../../policies/reliability/workloads/liveness-acts-last.ts";
import { probeAccepted } from "../../../../policies/reliability/workloads/probe-accepted.ts";
import { probePortExists } from "../../../../policies/reliability/workloads/probe-port.ts";
import {
  probeAnswersInTime,
  slowStartProbed,
  startHasTime,
} from "../../../../policies/reliability/workloads/probe-timing.ts";
import { CLOUD_RUN_SERVICE } from "../../../../policies/types.ts";
import { DEPLOYMENT, object } from "../kubernetes-support.ts";
import { changed, resource, SERVICE, says } from "../support.ts";
import { changedAll, saysWith } from "./support.ts";

/** The same in both runtimes: where a container lies, and a resource with some of its fields changed. */
const RUNTIMES = [
  [
    "Kubernetes",
    "spec.template.spec.containers[0]",
    (changes: Record<string, unknown>) => object(changedAll(DEPLOYMENT, changes)),
  ],
  [
    "Cloud Run",
    "template.containers[0]",
    (changes: Record<string, unknown>) => resource(CLOUD_RUN_SERVICE, "api", changedAll(SERVICE, changes)),
  ],
] as const;

describe.each(RUNTIMES)("%s", (runtime, at, made) => {
  const [startup, liveness, readiness] = ["startupProbe", "livenessProbe", "readinessProbe"].map(
    (name) => `${at}.${name}`,
  ) as [string, string, string];

  test("EA-02 OS-02 a good service has no finding", () => {
    for (const policy of [
      probeAccepted,
      probeAnswersInTime,
      startHasTime,
      slowStartProbed,
      livenessActsLast,
      livenessOfItsOwn,
      probePortExists,
    ])
      expect(says(policy, made({}))).toEqual([]);
  });

  test.each([
    [{ [`${liveness}.timeoutSeconds`]: 9, [`${liveness}.periodSeconds`]: 10 }, []],
    [
      { [`${liveness}.timeoutSeconds`]: 10, [`${liveness}.periodSeconds`]: 10 },
      [`~api: ${liveness}.timeoutSeconds is 10 s, the whole period: a slow answer leaves no pause`],
    ],
    [
      { [`${liveness}.timeoutSeconds`]: 11, [`${liveness}.periodSeconds`]: 10 },
      [
        `${runtime === "Cloud Run" ? "" : "~"}api: ${liveness}.timeoutSeconds is 11 s, and the next question comes after 10 s`,
      ],
    ],
    [
      { [`${readiness}.timeoutSeconds`]: undefined, [`${readiness}.periodSeconds`]: 1 },
      [
        `~api: ${readiness}.timeoutSeconds is not set, which means 1 s, the whole period: a slow answer leaves no pause`,
      ],
    ],
    [
      { [`${liveness}.timeoutSeconds`]: unknownValue },
      [`?api: ${liveness}.timeoutSeconds is not known before deployment`],
    ],
    [{ [`${liveness}.timeoutSeconds`]: "long" }, [`api: ${liveness}.timeoutSeconds is not a number`]],
  ])("EA-02 an answer comes before the next question: %j", (changes, expected) => {
    expect(says(probeAnswersInTime, made(changes))).toEqual(expected);
  });

  test.each([
    [5, 12, []],
    [
      5,
      11,
      [
        `~api: ${startup} allows 55 s (0 s + 5 s × 11), less than 60 s: a slow start is cut off, again and again`,
      ],
    ],
    [10, 90, []],
    [
      10,
      91,
      [
        `~api: ${startup} allows 910 s (0 s + 10 s × 91), more than 900 s: one that never starts is noticed too late`,
      ],
    ],
    [unknownValue, 1, [`?api: ${startup}.periodSeconds is not known before deployment`]],
  ])("EA-02 a start has 60 s and more: %s s × %s", (period, failures, expected) => {
    const probe = made({ [`${startup}.periodSeconds`]: period, [`${startup}.failureThreshold`]: failures });
    expect(says(startHasTime, probe)).toEqual(expected);
    expect(saysWith(startHasTime, { settings: { leastSeconds: 10, mostSeconds: 2000 } }, probe)).toEqual(
      expected.filter((text) => text.startsWith("?")),
    );
  });

  test.each([
    [30, undefined, []],
    [31, undefined, [`~api: ${liveness}.initialDelaySeconds is 31, and there is no startupProbe`]],
    [31, { httpGet: { path: "/" } }, []],
  ])("EA-02 what waits %s s has a startup probe", (delay, probe, expected) => {
    const changes = { [`${liveness}.initialDelaySeconds`]: delay, [startup]: probe };
    expect(says(slowStartProbed, made(changes))).toEqual(expected);
  });

  const timed = (name: string, period: number, failures: number) => ({
    [`${name}.periodSeconds`]: period,
    [`${name}.failureThreshold`]: failures,
  });
  test.each([
    ["/ready", 3, []],
    [
      "/ready",
      2,
      [
        `api: ${liveness} asks what readinessProbe asks, and restarts after 20 s what that takes out of rotation after 20 s`,
      ],
    ],
    [
      "/live",
      2,
      [`~api: ${liveness} restarts after 20 s, and readinessProbe takes out of rotation only after 20 s`],
    ],
    [
      "/live",
      1,
      [`api: ${liveness} restarts after 10 s, and readinessProbe takes out of rotation only after 20 s`],
    ],
  ])("EA-02 OS-02 %s that fails %s times restarts last", (path, failures, expected) => {
    const changes = {
      ...timed(liveness, 10, failures),
      ...timed(readiness, 10, 2),
      [`${liveness}.httpGet.path`]: path,
      [`${readiness}.httpGet.path`]: "/ready",
    };
    expect(says(livenessActsLast, made(changes))).toEqual(expected);
    expect(says(livenessActsLast, made({ ...changes, [readiness]: undefined }))).toEqual([]);
    expect(says(livenessActsLast, made({ ...changes, [`${liveness}.periodSeconds`]: unknownValue }))).toEqual(
      [`?api: ${liveness}.periodSeconds is not known before deployment`],
    );
  });

  test("EA-02 OS-02 what readiness checks is no affair of liveness", () => {
    const facts = runtime === "Cloud Run" ? "annotations" : "metadata.annotations";
    const changes = {
      [facts]: { "slipway.dev/readiness-checks": "redis,configuration" },
      [`${liveness}.httpGet.path`]: "/readyz",
      [`${readiness}.httpGet.path`]: "/readyz",
    };
    expect(says(livenessOfItsOwn, made(changes))).toEqual([
      `api: ${liveness} asks what readinessProbe asks, which checks "redis,configuration"`,
    ]);
    expect(says(livenessOfItsOwn, made({ ...changes, [`${liveness}.httpGet.path`]: "/healthz" }))).toEqual(
      [],
    );
    expect(says(livenessOfItsOwn, made({ ...changes, [facts]: {} }))).toEqual([]);
    expect(says(livenessOfItsOwn, made({ ...changes, [facts]: unknownValue }))).toEqual([
      `?api: ${facts} is not known before deployment`,
    ]);
  });

  test.each([
    [`${liveness}.tcpSocket`, { port: 8080 }, `${liveness} says httpGet and tcpSocket; only one may stand`],
    [liveness, { periodSeconds: 5 }, `${liveness} says no way to ask: one of httpGet, grpc, exec, tcpSocket`],
    [
      `${liveness}.failureThreshold`,
      0,
      `${liveness}.failureThreshold is 0; it must be a whole number from 1`,
    ],
    [`${startup}.periodSeconds`, 1.5, `${startup}.periodSeconds is 1.5; it must be a whole number from 1`],
    [
      `${liveness}.successThreshold`,
      2,
      `${liveness}.successThreshold is "2"; only a readiness probe may ask for more than 1`,
    ],
    [
      `${readiness}.terminationGracePeriodSeconds`,
      5,
      `${readiness}.terminationGracePeriodSeconds is set: a readiness probe ends nothing, and the API server refuses it`,
    ],
  ])("EA-02 OS-02 what is refused is found: %s", (path, to, expected) => {
    expect(says(probeAccepted, made({ [path]: to }))).toEqual([`api: ${expected}`]);
  });

  test("EA-02 only Cloud Run bounds how long a startup probe may wait", () => {
    const expected = `api: ${startup}.periodSeconds is 241; Cloud Run takes 240 at most`;
    expect(says(probeAccepted, made({ [`${startup}.periodSeconds`]: 241 }))).toEqual(
      runtime === "Cloud Run" ? [expected] : [],
    );
    expect(says(probeAccepted, made({ [`${startup}.periodSeconds`]: 240 }))).toEqual([]);
  });

  test.each([
    [8080, []],
    [9090, [`~api: ${liveness}.httpGet.port is 9090, which is none of the ports that the containers state`]],
    ["http", [`api: ${liveness}.httpGet.port is "http", and the container has no port of that name`]],
    [unknownValue, [`?api: ${liveness}.httpGet.port is not known before deployment`]],
  ])("EA-02 OS-02 port %s is the container's", (port, expected) => {
    expect(says(probePortExists, made({ [`${liveness}.httpGet.port`]: port }))).toEqual(expected);
  });
});

const AT = "spec.template.spec.containers[0].livenessProbe";
const asking = (...command: readonly string[]) =>
  says(livenessOfItsOwn, object(changed(DEPLOYMENT, AT, { exec: { command } })));
const OTHER = [`api: ${AT}.exec.command asks another host: that one's failure restarts this container`];

test.each([
  [["redis-cli", "ping"], []],
  [["redis-cli", "-h", "localhost", "ping"], []],
  [["redis-cli", "-h", "redis", "ping"], OTHER],
  [["sh", "-c", "pg_isready --host=$POD_IP"], []],
  [["pg_isready", "--host=orders.shop.svc"], OTHER],
  [["curl", "-f", "http://127.0.0.1:8080/healthz"], []],
  [["curl", "-f", "https://api.example.com/healthz"], OTHER],
  [["sh", "-c", 'mongosh "mongodb://app:pw@mongo:27017/shop" --eval 1'], OTHER],
  [["nc", "-z", "-w", "1", "kafka", "9092"], OTHER],
  [["nc", "-z", "localhost", "9092"], []],
  [["df", "-h", "/data"], []],
])("OS-02 a command that asks another host is found: %j", (command, expected) => {
  expect(asking(...command)).toEqual(expected);
});

test("OS-02 a named port is looked up in the container's own ports", () => {
  const named = changed(DEPLOYMENT, `${AT}.httpGet.port`, "http");
  expect(
    says(probePortExists, object(changed(named, "spec.template.spec.containers[0].ports[0].name", "http"))),
  ).toEqual([]);
});
