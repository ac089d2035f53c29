import { describe, expect, test } from "vitest";
import { runDeclarations } from "../../../automation/plan/host.ts";
import { sandboxModels } from "../../../automation/plan/sandbox-models.ts";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import type { LedgerEntry } from "../../../components/release/ledger.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";
import { shopService } from "../../support/service.ts";

const RUN = "gcp:cloudrunv2/service:Service";
const BY_NAME = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";
const STABLE = { image: "shop/api:2.0.0", revision: "api-aaaaaaaa" };
const CANDIDATE = { image: "shop/api:3.0.0", revision: "api-bbbbbbbb", percent: 20, tag: "canary-1" };

/** A scope whose ledger says this of the service `api`. */
function released(said: Pick<LedgerEntry, "stable" | "candidate">) {
  const entry: LedgerEntry = { ...said, token: 1, commands: [], history: [] };
  return testScope({ ledger: { schemaVersion: 1, services: { "shop/api": entry } } });
}

describe("a service that the ledger knows", () => {
  test("EA-09 has on Cloud Run the candidate's template and traffic by name, from its registry", async () => {
    const scope = () => released({ stable: STABLE, candidate: CANDIDATE });
    const resources = await declare(() => shopService(scope(), { registry: "europe-docker.pkg.dev/shop" }));
    const { traffics, template } = find(resources, RUN, "shop-api").inputs;
    expect(template).toMatchObject({
      containers: [{ image: "europe-docker.pkg.dev/shop/shop/api:3.0.0" }],
    });
    expect(traffics).toEqual([
      { percent: 20, revision: "api-bbbbbbbb", tag: "canary-1", type: BY_NAME },
      { percent: 80, revision: "api-aaaaaaaa", type: BY_NAME },
    ]);
  });

  test("EA-09 that goes back to an earlier image has the revision that it had then", async () => {
    const revisionAt = async (image: string) => {
      const resources = await declare(() => shopService(released({ stable: { ...STABLE, image } })));
      return (find(resources, RUN, "shop-api").inputs.template as { revision: string }).revision;
    };
    const first = await revisionAt("shop/api:1.0.0");
    expect(await revisionAt("shop/api:2.0.0")).not.toBe(first);
    expect(await revisionAt("shop/api:1.0.0")).toBe(first);
    const unreleased = await declare(() => shopService(testScope()));
    expect(find(unreleased, RUN, "shop-api").inputs.template).toMatchObject({ revision: first });
  });

  test("OS-06 has in a cluster both versions, from their registry; a full-size candidate as many as the stable one", async () => {
    const inCluster = (fullSize: boolean) =>
      declare(() => {
        const scope = released({ stable: STABLE, candidate: { ...CANDIDATE, fullSize } });
        const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
        shopService(scope, { runtime: "kubernetes", namespace, registry: "registry.example" });
      });
    const image = (resource: { inputs: object }) =>
      (resource as { inputs: { spec: { template: { spec: { containers: { image: string }[] } } } } }).inputs
        .spec.template.spec.containers[0]?.image;
    const least = (resources: Awaited<ReturnType<typeof declare>>) =>
      ofType(resources, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler").map(({ name, inputs }) => [
        name,
        (inputs.spec as { minReplicas: number }).minReplicas,
      ]);
    const resources = await inCluster(false);
    expect(
      ofType(resources, "kubernetes:apps/v1:Deployment").map((each) => [each.name, image(each)]),
    ).toEqual([
      ["shop-api-workload-candidate-deployment", "registry.example/shop/api:3.0.0"],
      ["shop-api-workload-deployment", "registry.example/shop/api:2.0.0"],
    ]);
    expect(least(resources)).toEqual([
      ["shop-api-workload-autoscaler", 3],
      ["shop-api-workload-candidate-autoscaler", 1],
    ]);
    expect(least(await inCluster(true))).toEqual([
      ["shop-api-workload-autoscaler", 3],
      ["shop-api-workload-candidate-autoscaler", 3],
    ]);
  });

  test("OS-06 keeps room for two versions once it was released: a promotion needs it to its end", async () => {
    const pods = async (scope: () => ReturnType<typeof testScope>) => {
      const resources = await declare(() => {
        const named = scope();
        const namespace = new Namespace("shop-namespace", { scope: named, namespace: "shop" });
        shopService(named, { runtime: "kubernetes", namespace });
        namespace.seal();
      });
      const { inputs } = find(resources, "kubernetes:core/v1:ResourceQuota", "shop-namespace-quota");
      return (inputs.spec as { hard: { pods: string } }).hard.pods;
    };
    // 13 at most, and a quarter more while they are rolled over.
    expect(await pods(() => testScope())).toBe("17");
    expect(await pods(() => released({ stable: STABLE, candidate: CANDIDATE }))).toBe("34");
    expect(await pods(() => released({ stable: STABLE }))).toBe("34");
  });

  test("is refused where it says itself how its traffic is shared", async () => {
    const traffic = [{ revision: "latest", percent: 100 }];
    expect(await refusal(() => shopService(released({ stable: STABLE }), { traffic }))).toContain(
      "api: traffic: the stack's ledger says it; leave it out, here or there",
    );
  });

  test("EA-09 says what of its declaration gets no requests yet", async () => {
    const settings = { root: "", project: "slipway", stack: "production", main: "", config: {} };
    const run = await runDeclarations(
      { ...settings, secretKeys: [], notes: [] },
      sandboxModels({}),
      async () => void shopService(released({ stable: STABLE })),
    );
    const warnings = run.messages.map(({ text }) => text);
    expect(
      warnings.find((text) => text.includes("the stack file's shop/api:1.0.0 is not deployed")),
    ).toContain("npx slipway release shop/api --image shop/api:1.0.0 --stack production");
    expect(warnings.find((text) => text.includes("no longer those of api-aaaaaaaa"))).toContain(
      "npx slipway release shop/api --image shop/api:2.0.0 --stack production",
    );
  });
});
