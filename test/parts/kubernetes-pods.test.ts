import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterStore } from "../../automation/flags/cluster-store.ts";
import { readFlagSet } from "../../automation/flags/flag-set.ts";
import { flip } from "../../automation/flags/store.ts";
import { Namespace } from "../../components/kubernetes/namespace.ts";
import { Service } from "../../components/service/service.ts";
import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import { redisImage } from "../../sandbox/kubernetes/real/redis.ts";
import { declare, testScope } from "../support/declare.ts";
import { goodService } from "../support/service.ts";
import { ADA, declaredObject } from "../unit/flags/support.ts";
import { demo, demoPod, PodCluster, podsProblem, until } from "./kubernetes-pods-support.ts";

/** The objects that a program declares, in an order in which they can be applied. */
async function declaredObjects(program: () => void): Promise<AnyObject[]> {
  const first = ["Namespace", "PriorityClass", "ServiceAccount", "ConfigMap"];
  const rank = ({ kind = "" }: AnyObject) => (first.includes(kind) ? first.indexOf(kind) : first.length);
  const objects = (await declare(program))
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as AnyObject);
  return objects.sort((left, right) => rank(left) - rank(right));
}

const problem = await podsProblem();
const noRedis = (await redisImage()) === undefined && process.env.SLIPWAY_DEMAND_PARTS !== "1";
const absent = problem !== "" && process.env.SLIPWAY_DEMAND_PARTS !== "1";

describe.skipIf(absent)(`pods that really run${absent ? ` (skipped: ${problem})` : ""}`, () => {
  let cluster: PodCluster;
  const figures: string[] = [];
  const since = (began: number) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

  beforeAll(async () => {
    if (problem !== "") throw new Error(problem);
    const began = performance.now();
    cluster = await PodCluster.start();
    figures.push(`two nodes Ready ${since(began)}`);
  }, 120_000);

  afterAll(async () => {
    const began = performance.now();
    await cluster?.stop();
    figures.push(`all removed ${since(began)}`);
    console.log(`real pods: ${figures.join("; ")}`);
  });

  const status = ({ status }: V1Pod) => status?.containerStatuses?.[0] as V1ContainerStatus;
  const turn = async (pod: V1Pod, knobs: object) => {
    const answer = await fetch(`http://${pod.status?.podIP}:8080/knobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(knobs),
    });
    expect(answer.status).toBe(200);
  };

  test.concurrent("OS-02 a pod whose readiness fails gets no request, and gets them again once it is ready", async () => {
    await cluster.namespace("readiness");
    await cluster.apply(...demo("readiness", 2));
    await cluster.rolledOut("readiness", "web");
    const [first, second] = await cluster.pods("readiness", "web");
    if (first === undefined || second === undefined) throw new Error("two pods were asked for");
    const url = await cluster.address("readiness", "web");
    const endpoints = async () => (await cluster.endpoints("readiness", "web")).length;
    const names = [first, second].map(({ metadata }) => metadata?.name).sort();
    const both = await cluster.ask(url);
    expect(both.failures).toEqual([]);
    expect(Object.keys(both.revisions).sort()).toEqual(names);
    await turn(first, { readiness: false });
    await until(async () => (await endpoints()) === 1);
    // The packet filter follows the list within a tenth of a second.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const one = await cluster.ask(url);
    expect(one.failures).toEqual([]);
    expect(Object.keys(one.revisions)).toEqual([second.metadata?.name]);
    await turn(first, { readiness: true });
    await until(async () => (await endpoints()) === 2);
    expect((await cluster.pods("readiness", "web")).map((pod) => status(pod).restartCount)).toEqual([0, 0]);
  }, 90_000);

  test.concurrent("OS-02 a container whose liveness fails is started again", async () => {
    await cluster.namespace("liveness");
    await cluster.apply(...demo("liveness", 1));
    await cluster.rolledOut("liveness", "web");
    const [pod] = await cluster.pods("liveness", "web");
    if (pod === undefined) throw new Error("a pod was asked for");
    await turn(pod, { liveness: false });
    await until(async () => {
      const [now] = await cluster.pods("liveness", "web");
      return now !== undefined && status(now).restartCount === 1 && status(now).ready;
    });
    const { stdout } = await cluster.kubectl(
      "get",
      "events",
      "-n",
      "liveness",
      "-o",
      "custom-columns=M:.message",
    );
    expect(stdout).toContain("Liveness probe failed: HTTP probe failed with statuscode: 503");
  }, 90_000);

  test.concurrent("OS-01 an update under load fails no request, and is answered by the new version alone at its end", async () => {
    await cluster.namespace("update");
    await cluster.apply(...demo("update", 3));
    await cluster.rolledOut("update", "web");
    const url = await cluster.address("update", "web");
    expect(Object.keys((await cluster.ask(url)).images)).toEqual(["sandbox/demo:1.0.0"]);
    const stop = cluster.load(url, 100);
    const began = performance.now();
    await cluster.apply(...demo("update", 3, demoPod("web", { image: "sandbox/demo:1.1.0" })));
    await cluster.rolledOut("update", "web");
    const took = since(began);
    await until(
      async () => (await cluster.kubectl("get", "pods", "-n", "update")).stdout.split("\n").length === 5,
    );
    const { sent, failures, images } = await stop();
    figures.push(`update under load ${took}, ${sent} requests, ${failures.length} failed`);
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan(300);
    expect(Object.keys(images).sort()).toEqual(["sandbox/demo:1.0.0", "sandbox/demo:1.1.0"]);
    expect(Object.keys((await cluster.ask(url)).images)).toEqual(["sandbox/demo:1.1.0"]);
  }, 90_000);

  test.concurrent("OS-01 an update that never gets ready leaves the old version to answer", async () => {
    await cluster.namespace("stuck");
    await cluster.apply(...demo("stuck", 2));
    await cluster.rolledOut("stuck", "web");
    await cluster.apply(...demo("stuck", 2, demoPod("web", { image: "sandbox/demo:not-ready" })));
    await until(async () =>
      (await cluster.pods("stuck", "web")).some((pod) => status(pod)?.started === true && !status(pod).ready),
    );
    const { failures, images } = await cluster.ask(await cluster.address("stuck", "web"));
    expect(failures).toEqual([]);
    expect(Object.keys(images)).toEqual(["sandbox/demo:1.0.0"]);
  }, 90_000);

  test.concurrent("a container that takes more memory than its limit is killed for it, and recovers", async () => {
    await cluster.namespace("memory");
    const script = `
      require("http").createServer((request, response) => {
        if (request.url === "/hog") globalThis.kept = Buffer.alloc(2 ** 30, 1);
        response.end("ok");
      }).listen(8080);`;
    const limited = { command: ["node", "-e", script], resources: { limits: { memory: "96Mi", cpu: "1" } } };
    await cluster.apply(...demo("memory", 1, demoPod("web", limited)));
    await cluster.rolledOut("memory", "web");
    const [pod] = await cluster.pods("memory", "web");
    await expect(fetch(`http://${pod?.status?.podIP}:8080/hog`)).rejects.toThrow();
    await until(async () => {
      const [now] = await cluster.pods("memory", "web");
      return now !== undefined && status(now).restartCount === 1 && status(now).ready;
    });
    const [again] = await cluster.pods("memory", "web");
    if (again === undefined) throw new Error("the pod is gone");
    expect(status(again).lastState?.terminated).toMatchObject({ reason: "OOMKilled", exitCode: 137 });
    expect(await (await fetch(`http://${again.status?.podIP}:8080/`)).text()).toBe("ok");
  }, 90_000);

  test.concurrent("the restricted standard holds within the container, and refuses what breaks it", async () => {
    await cluster.namespace("restricted");
    await cluster.apply(...demo("restricted", 1));
    await cluster.rolledOut("restricted", "web");
    const [pod] = await cluster.pods("restricted", "web");
    const name = pod?.metadata?.name ?? "";
    const said = await cluster.node(
      "restricted",
      name,
      `const {readFileSync, writeFileSync} = require("fs");
       let write; try { writeFileSync("/app/x", ""); write = "written"; } catch (error) { write = error.code; }
       const status = Object.fromEntries(readFileSync("/proc/self/status", "utf8").split("\\n").map((line) => line.split(":\\t")));
       console.log(JSON.stringify([process.getuid(), write, status.CapEff, status.NoNewPrivs, status.Seccomp]));`,
    );
    expect(JSON.parse(said)).toEqual([65_532, "EROFS", "0000000000000000", "1", "2"]);
    const root = demoPod("root", { securityContext: { runAsUser: 0, runAsNonRoot: false } });
    const bare = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "root", namespace: "restricted" },
      spec: root.spec,
    };
    await expect(cluster.apply(bare)).rejects.toThrow(/violates PodSecurity .*restricted:latest/);
  }, 90_000);

  test.concurrent("services have names, and answer to them", async () => {
    await cluster.namespace("names");
    await cluster.apply(...demo("names", 1));
    await cluster.rolledOut("names", "web");
    const [pod] = await cluster.pods("names", "web");
    const script = `
      const ask = (url) => fetch(url).then((answer) => answer.status, (error) => error.cause.code);
      const urls = ["http://web.names.svc.cluster.local/", "http://web/", "http://api.names.svc.cluster.local/"];
      Promise.all(urls.map(ask)).then((answers) => console.log(JSON.stringify(answers)));`;
    const said = await cluster.node("names", pod?.metadata?.name ?? "", script);
    expect(JSON.parse(said)).toEqual([200, 200, "ENOTFOUND"]);
  }, 90_000);

  test.concurrent("OS-08 a flag that is flipped reaches a running pod, wins over the declared one, and restarts nothing", async () => {
    await cluster.namespace("flags");
    const declared = declaredObject("shop", "flags");
    await cluster.apply(declared as AnyObject);
    const sources = [
      { configMap: { name: "shop-flags" } },
      { configMap: { name: "shop-flags-overrides", optional: true } },
    ];
    const script = `
      const read = () => require("fs").readFileSync("/flags/CONV_STORE_PRIMARY", "utf8");
      require("http").createServer((request, response) => response.end(read())).listen(8080);`;
    const mounted = {
      command: ["node", "-e", script],
      volumeMounts: [{ name: "flags", mountPath: "/flags", readOnly: true }],
    };
    const volumes = [{ name: "flags", projected: { sources } }];
    await cluster.apply(...demo("flags", 1, demoPod("web", mounted, { volumes })));
    await cluster.rolledOut("flags", "web");
    const [pod] = await cluster.pods("flags", "web");
    const flag = async () => await (await fetch(`http://${pod?.status?.podIP}:8080/`)).text();
    const reaches = async (value: string) => {
      const began = performance.now();
      await until(async () => (await flag()) === value);
      return since(began);
    };
    expect(await flag()).toBe("redis");
    // As an operator's tool would that may not touch pods: the kubelet looks by itself.
    const overrides = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "shop-flags-overrides", namespace: "flags" },
      data: { CONV_STORE_PRIMARY: "mongo" },
    };
    await cluster.apply(overrides);
    const first = await reaches("mongo");
    await cluster.apply({ ...overrides, data: {} });
    const back = await reaches("redis");
    const store = await ClusterStore.open(cluster.client.config);
    await flip(store, readFlagSet(declared), { CONV_STORE_PRIMARY: "mongo" }, ADA);
    await store.refresh("flags", "shop-flags", ADA.at);
    const told = await reaches("mongo");
    figures.push(`a flag in a pod: ${first} by itself, ${back} back, ${told} when the pod is told`);
    const [now] = await cluster.pods("flags", "web");
    expect(now?.metadata?.uid).toBe(pod?.metadata?.uid);
    expect(now && status(now).restartCount).toBe(0);
  }, 90_000);

  test.concurrent("OS-01 OS-02 what a Service declares for Kubernetes runs, and is updated under load without a failed request", async () => {
    const service = (image: string) =>
      declaredObjects(() => {
        const scope = testScope();
        const namespace = new Namespace("shop-namespace", { scope, namespace: "declared" });
        new Service("shop-api", {
          scope,
          service: "api",
          namespace,
          ...goodService(),
          runtime: "kubernetes",
          image,
          exposure: "internal",
          resources: { cpu: 0.25, memory: "128 MiB" },
          scaling: { min: 2, max: 3, cpuPercent: 60 },
        });
      });
    await cluster.apply(...(await service("docker.io/sandbox/demo:1.0.0")));
    // The autoscaler, which alone says how many there are, begins with its minimum.
    await until(async () => (await cluster.endpoints("declared", "api")).length === 2);
    await cluster.rolledOut("declared", "api");
    const url = await cluster.address("declared", "api");
    const stop = cluster.load(url, 20);
    const began = performance.now();
    await cluster.apply(...(await service("docker.io/sandbox/demo:1.1.0")));
    await cluster.rolledOut("declared", "api");
    figures.push(`update of a declared Service ${since(began)}`);
    expect((await stop()).failures).toEqual([]);
    expect(Object.keys((await cluster.ask(url)).images)).toEqual(["sandbox/demo:1.1.0"]);
  }, 90_000);

  test.skipIf(noRedis).concurrent(
    `OS-04 Redis runs as an image without network, with the scripts that its probes are made of${noRedis ? " (skipped: there is no such image; npm run parts makes it)" : ""}`,
    async () => {
      await cluster.namespace("redis");
      const ask = {
        exec: { command: ["sh", "-c", '[ "$(redis-cli ping)" = PONG ]'] },
        periodSeconds: 1,
        timeoutSeconds: 10,
      };
      const container = {
        image: "docker.io/library/redis:7.2-bookworm",
        command: ["sh", "-c", "exec redis-server --dir /data --appendonly yes"],
        startupProbe: { ...ask, failureThreshold: 30 },
        livenessProbe: ask,
        readinessProbe: ask,
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      };
      const volumes = [{ name: "data", emptyDir: {} }];
      const securityContext = {
        runAsNonRoot: true,
        fsGroup: 999,
        seccompProfile: { type: "RuntimeDefault" },
      };
      await cluster.apply(...demo("redis", 1, demoPod("redis", container, { volumes, securityContext })));
      await cluster.rolledOut("redis", "redis");
      const [pod] = await cluster.pods("redis", "redis");
      const name = pod?.metadata?.name ?? "";
      const cli = async (...args: string[]) =>
        (await cluster.kubectl("exec", "-n", "redis", name, "--", "redis-cli", ...args)).stdout.trim();
      expect(await cli("set", "talk", "kept")).toBe("OK");
      expect(await cli("get", "talk")).toBe("kept");
      expect(await cli("info", "persistence")).toContain("aof_enabled:1");
    },
    90_000,
  );

  test("OS-02 emptying a node takes no more pods at once than the budget allows, and fails no request", async () => {
    await cluster.namespace("drain");
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "kubernetes.io/hostname",
          whenUnsatisfiable: "DoNotSchedule",
          nodeTaintsPolicy: "Honor", // a node that is emptied does not count
          labelSelector: { matchLabels: { app: "drained" } },
        },
      ],
    };
    const budget = {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace: "drain" },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: "drained" } } },
    };
    await cluster.apply(...demo("drain", 4, demoPod("drained", {}, spread)), budget);
    await cluster.rolledOut("drain", "drained");
    const on = async (node: string) =>
      (await cluster.pods("drain", "drained")).filter(({ spec }) => spec?.nodeName === node).length;
    expect([await on("real-1"), await on("real-2")]).toEqual([2, 2]);
    const stop = cluster.load(await cluster.address("drain", "drained"));
    const began = performance.now();
    let least = 4;
    let draining = true;
    const watch = (async () => {
      await until(async () => {
        least = Math.min(least, (await cluster.endpoints("drain", "drained")).length);
        return !draining;
      });
    })();
    const drained = await cluster.kubectl("drain", "real-2", "--pod-selector=app=drained", "--timeout=60s");
    await cluster.rolledOut("drain", "drained");
    draining = false;
    await watch;
    const took = since(began);
    const { sent, failures } = await stop();
    await cluster.kubectl("uncordon", "real-2");
    figures.push(
      `drain ${took}, ${sent} requests, ${failures.length} failed, never fewer than ${least} of 4 ready`,
    );
    expect(drained.code).toBe(0);
    expect(drained.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget");
    expect(await on("real-1")).toBe(4);
    expect(failures).toEqual([]);
    expect(least).toBe(3);
  }, 90_000);
});
