import { expect, test } from "vitest";
import { runDeclarations } from "../../../automation/plan/host.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import { sandboxModels } from "../../../automation/plan/sandbox-models.ts";
import { Monitoring } from "../../../components/alerting/monitoring.ts";
import { Mongo } from "../../../components/data/mongo.ts";
import { Redis } from "../../../components/data/redis.ts";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import { Gateway } from "../../../components/network/gateway.ts";
import type { GatewayImplementation } from "../../../components/network/gateway-args.ts";
import { Network } from "../../../components/network/network.ts";
import { Secret } from "../../../components/secrets/secret.ts";
import { SecretVault } from "../../../components/secrets/vault.ts";
import { Service, type ServiceArgs } from "../../../components/service/service.ts";
import { packs } from "../../../policies/catalogue.ts";
import { testScope } from "../../support/declare.ts";
import { goodService } from "../../support/service.ts";
import { FACTS } from "../runbooks/support.ts";

/** A plan that the edge's services have, or somebody has to say why none. */
const RELEASE = {
  strategy: "canary",
  gates: ["availability", "latency"],
  steps: [
    { weight: 10, hold: "15 min" },
    { weight: 100, hold: "15 min" },
  ],
} as const satisfies ServiceArgs["release"];

/** What all packs say of the Kubernetes objects that a program declares, in short; what pods cost, no object says. */
async function judged(program: () => unknown, stack = "production"): Promise<string[]> {
  const settings = { root: "", project: "slipway", stack, main: "", config: {}, secretKeys: [], notes: [] };
  const run = await runDeclarations(settings, sandboxModels({}), async () => {
    program();
  });
  expect(run.resources.some(({ type }) => type === "kubernetes:core/v1:Namespace")).toBe(true);
  return planRun(run, packs)
    .policy.results.filter(({ urn }) => urn.includes("kubernetes:") || urn === "")
    .filter(({ policy }) => policy !== "prices-told")
    .map(({ policy, status, urn, message }) => {
      const mark = status === "not evaluated" ? "?" : "";
      return `${mark}${policy}: ${urn.split("::").at(-1)}: ${message}`;
    });
}

function surroundings(environment: "production" | "staging") {
  const scope = testScope({ environment });
  const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
  const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
  return { scope, namespace, vault };
}

type Surroundings = ReturnType<typeof surroundings>;

/** A service, and what watches it. */
function service({ scope, namespace }: Surroundings, change: Partial<ServiceArgs> = {}): Service {
  const args = { scope, service: "api", namespace, ...goodService(), runtime: "kubernetes" as const };
  const api = new Service("shop-api", { ...args, ...change });
  new Monitoring("shop-monitoring", {
    scope,
    namespace,
    services: [api],
    escalation: FACTS.escalation,
    runbooks: FACTS.runbooks,
    runbookBase: "https://runbooks.shop.example",
  });
  return api;
}

function secret({ scope, vault }: Surroundings): Secret {
  const source = { kind: "pinned", version: "7" } as const;
  return new Secret("shop-key", { scope, vault, secretId: "pay-key", source, rotation: { by: "the bank" } });
}

test.each(["production", "staging"] as const)(
  "OS-01 what a service, its secrets and its stores declare for %s is clean",
  async (environment) => {
    const found = await judged(() => {
      const around = surroundings(environment);
      const { scope, namespace } = around;
      const network = new Network("shop-network", { scope });
      service(around, { secrets: { PAY_KEY: secret(around) } });
      const store = { ...around, network, runtime: "kubernetes" } as const;
      new Redis("shop-redis", {
        ...store,
        service: "redis",
        memory: "1 GiB",
        persistence: { size: "4 GiB" },
      });
      new Mongo("shop-mongo", {
        ...store,
        service: "mongo",
        memory: "2 GiB",
        persistence: { size: "20 GiB" },
      });
      namespace.seal();
    }, environment);
    expect(found).toEqual([]);
  },
);

test.each(["gke", "envoy", "ingress-nginx"] as const satisfies readonly GatewayImplementation[])(
  "EA-03 what lets requests in by %s is clean",
  async (implementation) => {
    const found = await judged(() => {
      const around = surroundings("production");
      const { scope, namespace } = around;
      const api = service(around, { release: RELEASE });
      new Gateway("shop-gateway", {
        scope,
        namespace,
        implementation,
        domain: "shop.example.com",
        certificate: { issuer: "letsencrypt" },
        rateLimit: { requests: 600, perSeconds: 60 },
        routes: [{ path: "/", service: api.routed }],
      });
    });
    expect(found).toEqual([]);
  },
);

test("AC-02 a token that is asked for is told, since nobody here knows what for", async () => {
  expect(await judged(() => service(surroundings("production"), { token: true }))).toEqual([
    '?token-only-where-used: shop-api-workload-deployment: spec.template.spec.automountServiceAccountToken is asked for, and the rights of account "api" are not in this stack: whether the token is used can\'t be seen',
  ]);
});

test("what a transform spoils is found", async () => {
  const found = await judged(() =>
    service(surroundings("production"), {
      transform: {
        autoscaler: (args) => ({
          ...args,
          spec: { ...(args.spec as object), maxReplicas: 3 } as typeof args.spec,
        }),
        disruptionBudget: (args) => ({
          ...args,
          spec: { ...(args.spec as object), maxUnavailable: "0%" } as typeof args.spec,
        }),
      },
    }),
  );
  expect(found).toEqual([
    "autoscaler-has-room: shop-api-workload-autoscaler: spec.maxReplicas is 3, which is the fewest too: nothing is ever scaled",
    'eviction-possible: shop-api-workload-disruption-budget: spec.maxUnavailable is "0%": no pod may ever be evicted',
    "capacity-covers-peak: shop-api-workload-autoscaler: spec.maxReplicas is 3: 3 × 15 requests/s = 45 requests/s, less than the peak of 50; 4 instances would do",
  ]);
});
