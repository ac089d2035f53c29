import { beforeAll, describe, expect, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { find } from "../../support/declare.ts";
import { type Loose, objectIn, objectsIn, systemIn } from "./support.ts";

let production: readonly PlanResource[];
beforeAll(async () => {
  production = await systemIn("production", "onesource");
});

const PODS = ["backend", "frontend", "mongo", "redis"] as const;

/** Whether a selector of a policy chooses the pods of a workload. */
function chooses(selector: Loose, workload: string): boolean {
  const kind = workload === "redis" || workload === "mongo" ? "StatefulSet" : "Deployment";
  const { labels } = objectIn(production, kind, workload).spec.template.metadata;
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

/** Who is on the other side of a rule: a workload, or what it says of an address or of a namespace. */
function peers(list: readonly Loose[]): string[] {
  return list.flatMap(({ ipBlock, podSelector, namespaceSelector }) => {
    if (ipBlock !== undefined) return [ipBlock.cidr];
    const space = namespaceSelector?.matchLabels["kubernetes.io/metadata.name"];
    if (space !== undefined && space !== "onesource") return [`namespace ${space}`];
    return PODS.filter((workload) => chooses(podSelector, workload));
  });
}

/** `peer:port` of all that policies let into a workload's pods, or out of them. */
function allowed(direction: "ingress" | "egress", workload: string): string[] {
  return objectsIn(production, "NetworkPolicy")
    .filter(({ spec }) => chooses(spec.podSelector, workload))
    .flatMap(({ spec }) => spec[direction] ?? [])
    .flatMap(({ from, to, ports }: Loose) =>
      peers(from ?? to).flatMap((peer) =>
        (ports ?? [{ port: "any", protocol: "TCP" }]).map(
          ({ port, protocol }: Loose) => `${peer}:${port}${protocol === "UDP" ? "/udp" : ""}`,
        ),
      ),
    )
    .sort();
}

const EDGE = (port: number) => [`130.211.0.0/22:${port}`, `35.191.0.0/16:${port}`];
const MONITORING = "namespace monitoring:any";
const NAMES = ["169.254.20.10/32:53/udp", "namespace kube-system:53", "namespace kube-system:53/udp"];

describe("OS-01 connections: everything is denied but what is declared", () => {
  test("every pod is denied all by itself", () => {
    expect(objectIn(production, "NetworkPolicy", "default-deny").spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
  });

  test.each([
    ["backend", [...EDGE(8080), MONITORING]],
    ["frontend", [...EDGE(3000), MONITORING]],
    ["redis", ["backend:6379", MONITORING]],
    ["mongo", ["backend:27017", MONITORING]],
  ])("%s is reached by no one else", (workload, from) => {
    expect(allowed("ingress", workload)).toEqual(from.sort());
  });

  test.each([
    ["backend", ["0.0.0.0/0:443", "mongo:27017", "redis:6379", ...NAMES]],
    ["frontend", NAMES],
    ["redis", NAMES],
    ["mongo", NAMES],
  ])("%s reaches nothing else", (workload, to) => {
    expect(allowed("egress", workload)).toEqual([...to].sort());
  });

  test("the internet that the backend reaches is none of the cluster's own addresses", () => {
    const { spec } = objectIn(production, "NetworkPolicy", "backend");
    const [block] = spec.egress.flatMap(({ to }: Loose) => to).filter(({ ipBlock }: Loose) => ipBlock);
    expect(block.ipBlock.except).toEqual([
      "10.0.0.0/8",
      "172.16.0.0/12",
      "192.168.0.0/16",
      "100.64.0.0/10",
      "169.254.0.0/16",
    ]);
  });

  test("the namespace has no way in of its own, and runs only what is restricted", () => {
    expect(objectIn(production, "ResourceQuota", "quota").spec.hard).toMatchObject({
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    });
    expect(objectIn(production, "Namespace", "onesource").metadata.labels).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
  });
});

describe("the edge", () => {
  test("OS-09 lets each user make 30 requests in 60 s, and answers 429 to more, before anything reaches a pod", () => {
    const { rules } = find(production, "gcp:compute/securityPolicy:SecurityPolicy", "onesource-gateway-waf")
      .inputs as Loose;
    const limits = rules.filter(({ rateLimitOptions }: Loose) => rateLimitOptions !== undefined);
    const limit = {
      conformAction: "allow",
      exceedAction: "deny(429)",
      rateLimitThreshold: { count: 30, intervalSec: 60 },
    };
    expect(limits).toMatchObject([
      {
        action: "throttle",
        rateLimitOptions: { ...limit, enforceOnKey: "HTTP_HEADER", enforceOnKeyName: "x-user-id" },
      },
      // Who names no user is counted by address.
      { action: "throttle", rateLimitOptions: { ...limit, enforceOnKey: "IP" } },
    ]);
  });

  test("OS-09 questions are behind that policy; pages, of which one is many requests, behind one that does not count", () => {
    const policies = { backend: "waf", frontend: "waf-unlimited" };
    for (const [service, policy] of Object.entries(policies)) {
      const { targetRef, default: rules } = objectIn(production, "GCPBackendPolicy", service).spec;
      expect(targetRef).toMatchObject({ kind: "Service", name: service });
      expect(rules.securityPolicy).toMatch(new RegExp(`^onesource-gateway-${policy}-[0-9a-f]{7}$`));
    }
  });
});
