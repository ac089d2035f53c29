import type { KubernetesObject } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { httpRouteTraffic } from "../../automation/rollout/actuators/http-route.ts";
import { ingressNginxTraffic } from "../../automation/rollout/actuators/ingress-nginx.ts";
import type { LiveObject } from "../../automation/rollout/actuators/owned-fields.ts";
import type { Route } from "../../automation/rollout/actuators/route-weights.ts";
import { planHttpRoute } from "../../components/network/gateway-routes.ts";
import { planCandidateIngress } from "../../components/network/ingress.ts";
import type { Backend, RoutedService } from "../../components/network/routed-service.ts";
import type { Properties } from "../../sandbox/models/values.ts";
import { doing, rolloutState } from "../support/actuator.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { providerOn, TIMEOUT } from "./kubernetes-provider-support.ts";

const HTTP_ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
const header = { name: "x-canary", value: "always" };

function routed(weight: number | undefined) {
  const backends: Backend[] =
    weight === undefined
      ? [{ name: "web", weight: 100 }]
      : [
          { name: "web", weight: 100 - weight },
          { name: "web-candidate", weight, header },
        ];
  const service: RoutedService = {
    service: "web",
    exposure: "edge",
    port: 80,
    probePath: "/",
    timeoutSeconds: 30,
    podLabels: {},
    containerPort: 8080,
    backends,
  };
  return { service, paths: ["/"] };
}

const route = (weight: number | undefined) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: { name: "web", labels: { team: "shop" } },
  spec: planHttpRoute(routed(weight), {
    parent: { name: "nobody" },
    domain: "www.example.com",
    timeouts: true,
  }) as unknown as Properties,
});

const ingress = (weight: number) => {
  const planned = planCandidateIngress(routed(weight), { className: "nginx", domain: "www.example.com" });
  // Nobody here gives an Ingress an address.
  const annotations = { ...planned?.annotations, "pulumi.com/skipAwait": "true" };
  return { metadata: { name: "web", annotations }, spec: planned?.spec as unknown as Properties };
};

describeWithCluster("traffic in a cluster", (cluster) => {
  const connect = async () => cluster.client.config;
  const release = (kind: "http-route" | "ingress-nginx", namespace: string) =>
    rolloutState({}, { kind, urn: "", namespace, name: "web", stable: "web", candidate: "web-candidate" });
  const live = (apiVersion: string, kind: string, namespace: string) =>
    cluster.read<LiveObject & KubernetesObject>(apiVersion, kind, namespace, "web");
  const httpRoute = (namespace: string) => live("gateway.networking.k8s.io/v1", "HTTPRoute", namespace);
  const weights = async (namespace: string) =>
    ((await httpRoute(namespace)) as Route).spec?.rules?.map(({ backendRefs = [] }) =>
      backendRefs.map(({ name, weight }) => `${name} ${weight}`),
    );

  test("OS-07 shares an HTTPRoute's requests out, leaves what a header leads to, and the next deployment goes on from there", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check, create } = providerOn(cluster, namespace);
    const { inputs, state } = await create(HTTP_ROUTE, "web", route(0));
    const traffic = httpRouteTraffic(connect);
    const going = release("http-route", namespace);
    expect(await traffic.read(going)).toBe(0);
    await traffic.set(doing(going), 10);
    expect(await traffic.read(going)).toBe(10);
    expect(await weights(namespace)).toEqual([["web-candidate 100"], ["web 90", "web-candidate 10"]]);

    const seen = await provider.read(callOf(HTTP_ROUTE, "web", inputs, state));
    expect(seen?.inputs?.spec).toMatchObject(route(10).spec);
    const same = check(HTTP_ROUTE, "web", route(10), inputs);
    const updated = await provider.update(callOf(HTTP_ROUTE, "web", same, state));
    await traffic.set(doing(going), 50);
    const without = check(HTTP_ROUTE, "web", route(undefined), same);
    await provider.update(callOf(HTTP_ROUTE, "web", without, updated));
    expect(await weights(namespace)).toEqual([["web 100"]]);
    const { metadata } = await httpRoute(namespace);
    expect(metadata.managedFields?.filter(({ subresource }) => !subresource)).toHaveLength(1);
  });

  test("OS-08 takes an HTTPRoute's requests back, also where nothing leads to the candidate any more", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { create } = providerOn(cluster, namespace);
    const traffic = httpRouteTraffic(connect);
    const going = release("http-route", namespace);
    await traffic.set(doing(going), 0);
    await expect(traffic.set(doing(going), 10)).rejects.toThrow(
      `the HTTPRoute "web" in namespace "${namespace}" can't share requests out: it is not there`,
    );
    await create(HTTP_ROUTE, "web", route(50));
    await traffic.set(doing(going), 0);
    expect(await weights(namespace)).toEqual([["web-candidate 100"], ["web 100", "web-candidate 0"]]);
    const { metadata } = await httpRoute(namespace);
    await traffic.set(doing(going), 0);
    expect((await httpRoute(namespace)).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  test("OS-07 two who move traffic at the same time lose nothing of the route", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { create } = providerOn(cluster, namespace);
    await create(HTTP_ROUTE, "web", route(0));
    const traffic = httpRouteTraffic(connect);
    const going = release("http-route", namespace);
    await Promise.all([10, 20, 30].map((weight) => traffic.set(doing(going), weight)));
    expect([10, 20, 30]).toContain(await traffic.read(going));
    expect((await httpRoute(namespace)).spec).toMatchObject(route(await traffic.read(going)).spec);
  });

  test("OS-07 weighs a candidate's Ingress, and the next deployment goes on from there", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const { provider, callOf, check, create } = providerOn(cluster, namespace);
    const { inputs, state } = await create(INGRESS, "web", ingress(0));
    const traffic = ingressNginxTraffic(connect);
    const going = release("ingress-nginx", namespace);
    await traffic.set(doing(going), 20);
    expect(await traffic.read(going)).toBe(20);
    const { metadata, spec } = await live("networking.k8s.io/v1", "Ingress", namespace);
    expect(metadata.annotations).toMatchObject(ingress(20).metadata.annotations);
    expect(spec).toMatchObject(ingress(0).spec);
    await traffic.set(doing(going), 0);
    expect(await traffic.read(going)).toBe(0);
    await traffic.set(doing(going), 20);
    const next = check(INGRESS, "web", ingress(30), inputs);
    await provider.update(callOf(INGRESS, "web", next, state));
    expect(await traffic.read(going)).toBe(30);
  });

  test("OS-07 weighs what no program declares, and refuses a service's own Ingress", {
    timeout: TIMEOUT,
  }, async () => {
    const namespace = await cluster.testNamespace();
    const going = release("ingress-nginx", namespace);
    const traffic = ingressNginxTraffic(connect);
    const byHand = (annotations: Record<string, string>) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "web", namespace, annotations },
      spec: ingress(0).spec,
    });
    await cluster.client.objects.create(byHand({}));
    await expect(traffic.set(doing(going), 20)).rejects.toThrow(
      `the Ingress "web" in namespace "${namespace}" can't share requests out: it has no annotation nginx.ingress.kubernetes.io/canary: "true"`,
    );
    await cluster.client.objects.delete(byHand({}));
    await cluster.client.objects.create(
      byHand({ "nginx.ingress.kubernetes.io/canary": "true", other: "stays" }),
    );
    await traffic.set(doing(going), 20);
    expect((await live("networking.k8s.io/v1", "Ingress", namespace)).metadata.annotations).toEqual({
      "nginx.ingress.kubernetes.io/canary": "true",
      "nginx.ingress.kubernetes.io/canary-weight": "20",
      other: "stays",
    });
  });
});
