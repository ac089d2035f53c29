import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { writeConnection } from "../../sandbox/kubernetes/connection.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import { startProviders } from "../../sandbox/providers/server.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { temporaryFolder, testProject, writeFiles } from "./support.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const TIMEOUT = 240_000;

/** A namespace with a service in it; `containers` and `extra` are what the tests change. */
function program({ namespace = "shop", image = "shop/api:1", extra = "" }): string {
  return `
import * as kubernetes from "@pulumi/kubernetes";
const namespace = new kubernetes.core.v1.Namespace("shop", { metadata: { name: "${namespace}" } });
const provider = new kubernetes.Provider("here", { namespace: namespace.metadata.name, kubeconfig: "{}" });
const labels = { app: "api" };
const deployment = new kubernetes.apps.v1.Deployment("api", {
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{
      name: "api", image: "${image}", ports: [{ name: "http", containerPort: 8080 }],
      readinessProbe: { httpGet: { path: "/ready", port: "http" } },
    }] } },
  },
}, { provider });
const service = new kubernetes.core.v1.Service("api", {
  metadata: { name: "api" },
  spec: { selector: labels, ports: [{ port: 80, targetPort: "http" }] },
}, { provider });
new kubernetes.core.v1.Secret("token", { stringData: { token: "open sesame" } }, { provider });
new kubernetes.policy.v1.PodDisruptionBudget("api", { spec: { minAvailable: 1, selector: { matchLabels: labels } } }, { provider });
${extra}
export const address = service.spec.clusterIP, name = deployment.metadata.name, ready = deployment.status.readyReplicas;
`;
}

async function projectWith(text: string, folder: string | undefined) {
  const server = await startProviders({ kubernetesFolder: folder });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });
  vi.stubEnv("SLIPWAY_PROVIDERS_PORT", String(server.port));
  const project = await testProject({ "index.ts": text });
  await installPlugins(project.paths, { node: process.execPath, root });
  return project;
}

async function outputsOf(project: Awaited<ReturnType<typeof projectWith>>): Promise<Record<string, unknown>> {
  const { text } = await project.pulumi("stack", "output", "--json");
  return JSON.parse(text.slice(text.indexOf("{"))) as Record<string, unknown>;
}

describeWithCluster("a program of Kubernetes objects under the real engine", (cluster) => {
  test("up, nothing to change, an update, drift found, a refusal in the preview, destroy", {
    timeout: TIMEOUT,
  }, async () => {
    const folder = await temporaryFolder();
    writeConnection(folder, cluster.connection);
    const namespace = `engine-${process.pid}`;
    const project = await projectWith(program({ namespace }), folder);
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    expect(up.text).toContain("+ 7 created");
    expect(up.text).not.toContain("open sesame");
    const { address, name, ready } = await outputsOf(project);
    expect([address, name, ready]).toEqual([
      expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
      expect.stringMatching(/^api-[0-9a-f]{8}$/),
      2,
    ]);
    const same = await project.pulumi("preview", "--expect-no-changes", "--refresh");
    expect(same.text).toContain("7 unchanged");
    expect(same.code).toBe(0);

    await writeFiles(project.folder, { "index.ts": program({ namespace, image: "shop/api:2" }) });
    expect((await project.pulumi("up", "--yes", "--skip-preview")).text).toContain("~ 1 updated");

    await cluster.core.patchNamespacedService({
      name: "api",
      namespace,
      body: [{ op: "replace", path: "/spec/ports/0/targetPort", value: 9090 }],
    });
    const refreshed = await project.pulumi("refresh", "--yes", "--skip-preview");
    expect(refreshed.text).toContain("~ 1 updated");
    const drift = await project.pulumi("preview", "--diff");
    expect(drift.text).toContain('targetPort: 9090 => "http"');

    // Put right again, so that there is one thing to refuse.
    await cluster.core.patchNamespacedService({
      name: "api",
      namespace,
      body: [{ op: "replace", path: "/spec/ports/0/targetPort", value: "http" }],
    });
    const refusedService =
      'new kubernetes.core.v1.Service("bad", { spec: { clusterIP: "1.2.3.4", ports: [{ port: 80 }] } }, { provider });';
    await writeFiles(project.folder, {
      "index.ts": program({ namespace, image: "shop/api:2", extra: refusedService }),
    });
    const refused = await project.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain("spec.clusterIPs: Invalid value");

    expect((await project.pulumi("destroy", "--yes", "--skip-preview")).text).toContain("7 deleted");
    await expect(cluster.core.readNamespace({ name: namespace })).rejects.toMatchObject({ code: 404 });
  });
});

test("without a cluster a program is checked and kept in the state, and a warning says so", {
  timeout: TIMEOUT,
}, async () => {
  const project = await projectWith(program({}), undefined);
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  expect(up.text).toContain("+ 7 created");
  expect(up.text).toContain(
    "there is no cluster: Kubernetes objects are checked, and kept in the state alone",
  );
  const bad = 'new kubernetes.core.v1.Service("bad", { spec: { ports: [{ port: 70000 }] } }, { provider });';
  await writeFiles(project.folder, { "index.ts": program({ extra: bad }) });
  const refused = await project.pulumi("preview");
  expect(refused.text).toContain("spec.ports[0].port");
  expect(refused.text).toContain("must be a whole number from 1 to 65535; got 70000");
  await writeFiles(project.folder, { "index.ts": program({}) });
  expect((await project.pulumi("destroy", "--yes", "--skip-preview")).text).toContain("7 deleted");
});
