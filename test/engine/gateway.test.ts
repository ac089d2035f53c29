import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import { writeConnection } from "../../sandbox/kubernetes/connection.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import { startProviders } from "../../sandbox/providers/server.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { temporaryFolder, testProject, writeFiles } from "./support.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const GATEWAY_API = "gateway.networking.k8s.io/v1";

type Listening = AnyObject & { status: { addresses: { value: string }[] } };
type Route = AnyObject & { spec: { rules: { backendRefs: { weight: number }[] }[] } };

const component = (path: string) => JSON.stringify(new URL(`../../components/${path}`, import.meta.url).href);

/** A way in by Envoy Gateway to a release under way, and another through a Gateway of the namespace `shared`. */
function program(namespace: string, shared: string, percent: number): string {
  return `
import * as kubernetes from "@pulumi/kubernetes";
import { Namespace } from ${component("kubernetes/namespace.ts")};
import { Gateway } from ${component("network/gateway.ts")};
import { newScope } from ${component("scope.ts")};
const scope = newScope({ system: "shop", environment: "sandbox", project: "shop", region: "us-east1" });
const providers = [new kubernetes.Provider("here", { kubeconfig: "{}" })];
const namespace = new Namespace("shop-namespace", { scope, namespace: "${namespace}" }, { providers });
const issuer = new kubernetes.apiextensions.CustomResource("issuer", {
  apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer",
  metadata: { name: "${namespace}" }, spec: { selfSigned: {} },
}, { provider: providers[0] });
const services = ["api", "api-candidate"].map((name) => new kubernetes.core.v1.Service(name, {
  metadata: namespace.metadata(name), spec: { type: "ExternalName", externalName: "shop.example.com", ports: [{ port: 80 }] },
}, { provider: providers[0] }));
const service = {
  service: "api", exposure: "edge" as const, port: 80, probePath: "/ready", timeoutSeconds: 30,
  podLabels: { app: "api" }, containerPort: 8080, after: services,
  backends: [
    { name: "api", weight: ${100 - percent} },
    { name: "api-candidate", weight: ${percent}, header: { name: "x-release", value: "candidate" } },
  ],
};
const args = { scope, namespace, domain: "shop.example.com", implementation: "envoy" as const, routes: [{ path: "/", service }] };
const own = new Gateway("shop-gateway", { ...args, certificate: { issuer: "${namespace}" } }, { providers, dependsOn: [issuer] });
const gateway = { name: "public", namespace: "${shared}", listener: "web" };
const shared = Gateway.get("shop-shared", { ...args, gateway }, { providers });
export const url = own.url, address = own.address, sharedAddress = shared.address;
`;
}

describeWithCluster("a way into a cluster under the real engine", (cluster) => {
  test("OS-07 up waits for its address; a release's next step changes its routes and nothing else; what others keep stays", {
    timeout: 480_000,
  }, async () => {
    const folder = await temporaryFolder();
    writeConnection(folder, cluster.connection);
    const server = await startProviders({ kubernetesFolder: folder });
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await server.close();
    });
    vi.stubEnv("SLIPWAY_PROVIDERS_PORT", String(server.port));
    const [namespace, shared] = [`gateway-${process.pid}`, await cluster.testNamespace()];
    await cluster.apply({
      apiVersion: GATEWAY_API,
      kind: "Gateway",
      metadata: { name: "public", namespace: shared },
      spec: {
        gatewayClassName: "eg",
        listeners: [
          { name: "web", protocol: "HTTP", port: 80, allowedRoutes: { namespaces: { from: "All" } } },
        ],
      },
    });
    const project = await testProject({ "index.ts": program(namespace, shared, 10) });
    await installPlugins(project.paths, { node: process.execPath, root });

    const up = await project.pulumi("up", "--yes");
    expect(up.text).toMatch(/\+ \d+ created/);
    const { text } = await project.pulumi("stack", "output", "--json");
    const { status } = await cluster.read<Listening>(GATEWAY_API, "Gateway", namespace, "edge");
    const address = status.addresses[0]?.value;
    expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(JSON.parse(text.slice(text.indexOf("{")))).toEqual({
      url: "https://shop.example.com",
      address,
      sharedAddress: address,
    });
    expect((await project.pulumi("preview", "--expect-no-changes", "--refresh")).code).toBe(0);

    await writeFiles(project.folder, { "index.ts": program(namespace, shared, 50) });
    const more = await project.pulumi("up", "--yes", "--skip-preview");
    expect(more.text).toContain("~ 2 updated");
    const weights = async (name: string) => {
      const { spec } = await cluster.read<Route>(GATEWAY_API, "HTTPRoute", namespace, name);
      return spec.rules.map(({ backendRefs }) => backendRefs.map(({ weight }) => weight));
    };
    expect(await weights("edge-api")).toEqual([[100], [50, 50]]);
    expect(await weights("public-api")).toEqual([[100], [50, 50]]);

    expect((await project.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
    await expect(cluster.core.readNamespace({ name: namespace })).rejects.toMatchObject({ code: 404 });
    await cluster.read(GATEWAY_API, "Gateway", shared, "public");
  });
});
