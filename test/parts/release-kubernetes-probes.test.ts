import { KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { expect, test, vi } from "vitest";
import { clusterService, throughApiServer } from "../../automation/rollout/actuators/cluster-service.ts";
import { runProbes } from "../../automation/rollout/actuators/probes.ts";
import { runTests } from "../../automation/rollout/actuators/tests.ts";
import { find } from "../../sandbox/kubernetes/client.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { until } from "../support/until.ts";
import { leadTo, serveToCluster } from "./release-kubernetes-support.ts";

vi.setConfig({ testTimeout: 60_000 });

const signal = () => new AbortController().signal;

describeWithCluster("requests to a candidate in a cluster", (cluster) => {
  /** A Service, which chooses no pods, one that could be its own, and who carries requests to the Service's address. */
  async function candidate(selector: Readonly<Record<string, string>> | undefined = undefined) {
    const namespace = await cluster.testNamespace();
    const ports = [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }];
    await cluster.apply(
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "api-candidate", namespace },
        spec: { ports, ...(selector === undefined ? {} : { selector }) },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "api-1", namespace },
        spec: { containers: [{ name: "api", image: "sandbox/demo:1.0.0" }] },
      },
    );
    await until(
      () => cluster.read<V1Pod>("v1", "Pod", namespace, "api-1"),
      ({ status }) => status?.podIP !== undefined,
    );
    const service = clusterService(`http://api-candidate.${namespace}.svc.cluster.local`);
    if (service === undefined) throw new Error("it names a Service");
    return { namespace, carrier: throughApiServer(cluster.client.config, service) };
  }

  /** The cluster as a ServiceAccount without any rights sees it. */
  async function visitor(namespace: string): Promise<KubeConfig> {
    await until(
      () => find(cluster.client, "v1", "ServiceAccount", "default", namespace),
      (account) => account !== undefined,
    );
    const { status } = await cluster.core.createNamespacedServiceAccountToken({
      name: "default",
      namespace,
      body: { spec: { audiences: [] } },
    });
    const config = new KubeConfig();
    const { config: admin } = cluster.client;
    const server = admin.getCurrentCluster();
    if (server === null) throw new Error("the cluster has an address");
    config.loadFromClusterAndUser(server, { name: "visitor", token: status?.token ?? "" });
    return config;
  }

  test("OS-06 a blue-green's tests and a soak's turns reach a candidate through the API server, without its credentials", async () => {
    const { namespace, carrier } = await candidate();
    const peer = await serveToCluster(({ path }) => ({
      status: path.startsWith("/moved") ? 302 : 200,
      body: '{"status":"ok"}',
    }));
    await leadTo(cluster, { namespace, service: "api-candidate", pod: "api-1" }, peer);
    const tests = [
      { name: "health", path: "/health/ready?deep=1", contains: '"ok"' },
      { name: "moved", path: "/moved", status: 302 },
    ];
    expect(await runTests(tests, carrier, signal())).toMatchObject([{ passed: true }, { passed: true }]);
    const [probe] = await runProbes([{ name: "short", turns: 2 }], carrier, signal());
    expect(probe).toMatchObject({ passed: 2, failed: 0 });

    expect(peer.arrived.slice(0, 2)).toEqual([
      { method: "GET", path: "/health/ready?deep=1", authorization: undefined, body: "" },
      { method: "GET", path: "/moved", authorization: undefined, body: "" },
    ]);
    const turns = peer.arrived.slice(2);
    expect(turns.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /chat", "POST /chat"]);
    expect(turns.map(({ body }) => JSON.parse(body).message)).toEqual([
      "This is turn 1. What did I say before?",
      "This is turn 2. What did I say before?",
    ]);
    expect(new Set(turns.map(({ body }) => JSON.parse(body).session_id)).size).toBe(1);
  });

  test("OS-06 a candidate that answers badly has failed; one that has no pods gave no answer", async () => {
    const health = [{ name: "health", path: "/health" }];
    const nobody = await candidate({ app: "nobody" });
    const none = await until(
      async () => (await runTests(health, nobody.carrier, signal()))[0],
      (result) => result?.text.includes("no endpoints available for service") === true,
    );
    expect(none?.passed).toBe(false);
    expect(none?.text).toMatch(/^health: GET \/health the cluster's API server answers 503 no endpoints/);
    const { namespace, carrier } = await candidate();
    const peer = await serveToCluster(() => ({ status: 503, body: "warming up" }));
    await leadTo(cluster, { namespace, service: "api-candidate", pod: "api-1" }, peer);
    const [bad] = await runTests(health, carrier, signal());
    expect(bad?.text).toMatch(/^health: GET \/health 503 in .* s, wanted 200; it begins: warming up$/);
  });

  test("who may not use the proxy is told which verbs it takes", async () => {
    const { namespace } = await candidate();
    const config = await visitor(namespace);
    const carrier = throughApiServer(config, { namespace, name: "api-candidate", port: 80 });
    const [refused] = await runTests([{ name: "health", path: "/" }], carrier, signal());
    expect(refused?.text).toContain("Who releases needs the verbs get and create on services/proxy");
  });
});
