import { beforeAll, describe, expect, test } from "vitest";
import { planRun } from "../../../automation/plan/plan.ts";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { packs } from "../../../policies/catalogue.ts";
import { find, ofType, refusal } from "../../support/declare.ts";
import { planned } from "../../support/render.ts";
import { declareSystem, type Loose, objectIn, objectsIn, systemIn } from "./support.ts";

const WORD = { runtime: "kubernetes", clusterAddress: "203.0.113.7" };
const RUN = "gcp:cloudrunv2/service:Service";
const SERVICES = ["backend", "ai-core"] as const;

let cloudRun: readonly PlanResource[];
let kubernetes: readonly PlanResource[];
beforeAll(async () => {
  cloudRun = await systemIn("production", "ethixai");
  kubernetes = await systemIn("production", "ethixai", WORD);
});

const cloudRunService = (service: string): Loose => find(cloudRun, RUN, `ethixai-${service}`).inputs;
const container = (service: string): Loose =>
  objectIn(kubernetes, "Deployment", service).spec.template.spec.containers[0];

/** Variables of a container by name, from its settings and its own list. */
function variables(service: string): Record<string, string> {
  const { env, envFrom } = container(service);
  const own = env.map(({ name, value }: Loose) => [name, value]);
  return {
    ...objectIn(kubernetes, "ConfigMap", envFrom[0].configMapRef.name).data,
    ...Object.fromEntries(own),
  };
}

describe("EthixAI with runtime kubernetes, otherwise the same", () => {
  test("EA-01 has Deployments instead of Cloud Run services", () => {
    expect(ofType(kubernetes, RUN)).toEqual([]);
    const names = objectsIn(kubernetes, "Deployment").map(({ metadata }) => metadata.name);
    expect(names.sort()).toEqual(["ai-core", "backend"]);
    expect(ofType(cloudRun, "kubernetes:apps/v1:Deployment")).toEqual([]);
  });

  test.each(SERVICES)("EA-01 EA-14 %s has the same image, sizes and numbers of instances", (service) => {
    const { template } = cloudRunService(service);
    const [before] = template.containers;
    const after = container(service);
    expect(after.image).toBe(before.image);
    expect(after.resources.limits.memory).toBe(before.resources.limits.memory);
    expect(after.resources.requests.cpu).toBe(before.resources.limits.cpu);
    const { spec } = objectIn(kubernetes, "HorizontalPodAutoscaler", service);
    expect([spec.minReplicas, spec.maxReplicas]).toEqual([
      template.scaling.minInstanceCount,
      template.scaling.maxInstanceCount,
    ]);
    expect(spec.metrics[0].resource.target.averageUtilization).toBe(template.scaling.cpuUtilization * 100);
  });

  test.each(SERVICES)("EA-02 %s has the same probes", (service) => {
    const [before] = cloudRunService(service).template.containers;
    const after = container(service);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      const { httpGet, ...times } = before[probe];
      expect(after[probe], probe).toMatchObject({ ...times, httpGet: { path: httpGet.path } });
    }
  });

  test.each(SERVICES)(
    "EA-07 EA-13 %s has the same environment, and its secrets by the same files",
    (service) => {
      const before: Record<string, string> = Object.fromEntries(
        cloudRunService(service).template.containers[0].envs.map(({ name, value }: Loose) => [name, value]),
      );
      const after = variables(service);
      const names = (of: Record<string, string>) => Object.keys(of).filter((name) => name !== "PORT");
      expect(names(after).sort()).toEqual(names(before).sort());
      // Where the AI core is, is not the same, and known beforehand in a cluster.
      const same = names(before).filter((name) => after[name] !== before[name]);
      expect(same).toEqual(service === "backend" ? ["AI_CORE_URL"] : []);
      const files = names(after).filter((name) => name.endsWith("_FILE"));
      expect(files.length).toBe(service === "backend" ? 6 : 2);
      for (const name of files) expect(after[name]).toMatch(/^\/secrets\/[a-z-]+\/value$/);
    },
  );

  test("EA-13 the backend finds the AI core by its name in the cluster", () => {
    expect(variables("backend").AI_CORE_URL).toBe("http://ai-core.ethixai.svc.cluster.local");
    const { spec } = objectIn(kubernetes, "NetworkPolicy", "backend-to-ai-core");
    expect(spec.podSelector.matchLabels).toMatchObject({ "app.kubernetes.io/name": "ai-core" });
  });

  test.each(SERVICES)("EA-14 %s carries the same objectives, capacity and signal of its own", (service) => {
    const own = (annotations: Record<string, string>) =>
      Object.fromEntries(Object.entries(annotations).filter(([name]) => name.startsWith("slipway.dev/")));
    const before = own(cloudRunService(service).annotations);
    const after = own(objectIn(kubernetes, "Deployment", service).metadata.annotations);
    expect(after).toEqual(before);
    expect(JSON.parse(before["slipway.dev/objectives"] ?? "")).toHaveLength(2);
  });

  test("EA-03 the way in is a Gateway for the same domain with the same limit, and no load balancer of its own", () => {
    for (const type of ["gcp:compute/uRLMap:URLMap", "gcp:compute/backendService:BackendService"]) {
      expect(ofType(cloudRun, type).length, type).toBeGreaterThan(0);
      expect(ofType(kubernetes, type), type).toEqual([]);
    }
    const { spec } = objectIn(kubernetes, "Gateway", "edge");
    expect(spec.listeners.map(({ hostname, protocol }: Loose) => [hostname, protocol])).toEqual([
      ["backend.ethixai.com", "HTTPS"],
      ["backend.ethixai.com", "HTTP"],
    ]);
    const limits = (resources: readonly PlanResource[]) =>
      ofType(resources, "gcp:compute/securityPolicy:SecurityPolicy")
        .flatMap(({ inputs }: Loose) => inputs.rules)
        .flatMap(({ rateLimitOptions }: Loose) => rateLimitOptions?.rateLimitThreshold ?? []);
    expect(limits(kubernetes)).toEqual(limits(cloudRun));
    expect(limits(kubernetes)).toEqual([{ count: 300, intervalSec: 60 }]);
  });

  test("EA-04 the database lets in the address that the cluster's requests leave by", () => {
    const entries = ofType(kubernetes, "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList");
    expect(entries.map(({ inputs }: Loose) => inputs.ipAddress ?? inputs.cidrBlock)).toContain("203.0.113.7");
  });

  test("EA-08 CI may release in the namespace, and deploys no Cloud Run service", () => {
    const granted = kubernetes.filter(({ inputs }) =>
      String(inputs.member).startsWith("serviceAccount:ci-deployer@"),
    );
    expect(granted.filter(({ inputs }) => inputs.role === "roles/run.developer")).toEqual([]);
    expect(objectsIn(kubernetes, "RoleBinding")).toHaveLength(1);
  });

  test("what does not run it is the same: database, objects, secrets, frontend, alerts", () => {
    const beside = (resources: readonly PlanResource[]) =>
      resources.filter(({ type }) =>
        /^(vercel|random|tls):|^gcp:(storage|kms|secretmanager\/secret:|secretmanager\/secretVersion)/.test(
          type,
        ),
      );
    expect(beside(cloudRun).length).toBeGreaterThan(30);
    expect(beside(kubernetes).map(({ type, name, inputs }) => ({ type, name, inputs }))).toEqual(
      beside(cloudRun).map(({ type, name, inputs }) => ({ type, name, inputs })),
    );
  });

  test("the packs find nothing against it", async () => {
    const { policy } = planRun(await planned(() => declareSystem("production", "ethixai", WORD)), packs);
    const found = policy.results.filter(({ status }) => status !== "not evaluated");
    expect(found.map(({ policy: id, level, message }) => `${id}, ${level}: ${message}`)).toEqual([
      // Who deploys from CI makes Deployments; that is what it is for.
      "few-create-pods, advisory: rules[0] gives create on deployments: who has it runs as any account of the namespace",
      // No job restores yet.
      "restore-proven, advisory: tags.restore-test-days is not set: no restore test is declared, so nobody knows whether a backup can be restored",
      // EA-01 says eleven, and the peak is the load test's.
      "capacity-survives-zone, advisory: spec.maxReplicas is 11: without the 4 of one of 3 zones, 7 × 3.4 requests/s = 23.8 requests/s, less than the peak of 35",
      // What a stack may cost is said once, by the stack.
      "budget-declared, advisory: nothing in the stack states what it may cost",
    ]);
  });
});

describe("the one word", () => {
  test("without the cluster's address is refused in production", async () => {
    const message = await refusal(() => declareSystem("production", "ethixai", { runtime: "kubernetes" }));
    expect(message).toBe(
      'Pulumi.production.yaml: slipway:stack.systems.ethixai.clusterAddress: missing: with runtime "kubernetes" the database lets in only the address that the cluster\'s requests leave by',
    );
  });

  test("with an address that is none is refused", async () => {
    const change = { ...WORD, clusterAddress: "203.0.113" };
    expect(await refusal(() => declareSystem("production", "ethixai", change))).toBe(
      'Pulumi.production.yaml: slipway:stack.systems.ethixai.clusterAddress: "203.0.113" must be an IPv4 address, such as "203.0.113.7"',
    );
  });

  test("without a cluster is refused in production", async () => {
    const message = await refusal(() => declareSystem("production", "ethixai", WORD, { cluster: undefined }));
    expect(message).toContain("slipway:stack.cluster: missing: ethixai runs on Kubernetes.");
  });

  test("is one of two", async () => {
    expect(await refusal(() => declareSystem("production", "ethixai", { runtime: "nomad" }))).toBe(
      'Pulumi.production.yaml: slipway:stack.systems.ethixai.runtime: "nomad" must be one of "cloud-run", "kubernetes"',
    );
  });

  test("needs no address in the sandbox, whose database is no one's", async () => {
    const resources = await systemIn("sandbox", "ethixai", { runtime: "kubernetes" });
    expect(objectsIn(resources, "Deployment")).toHaveLength(2);
  });
});
