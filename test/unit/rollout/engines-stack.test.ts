import { expect, test } from "vitest";
import { deployableFiles } from "../../../automation/plan/deployable.ts";
import { runDeclarations } from "../../../automation/plan/host.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import { sandboxModels } from "../../../automation/plan/sandbox-models.ts";
import { packs } from "../../../policies/catalogue.ts";
import { AT, carriedOut, releasedService } from "./engines-support.ts";

const SETTINGS = {
  root: "",
  project: "slipway",
  stack: "production",
  main: "",
  config: {},
  secretKeys: [],
  notes: [],
};

test.each(["argo-rollouts", "flagger"] as const)(
  "OS-07 a service whose releases are %s's is a complete workload to every policy, and its objects are written with the manifests",
  async (engine) => {
    const run = await runDeclarations(SETTINGS, sandboxModels({}), async () => {
      releasedService(carriedOut(engine, { gates: ["availability", "latency"] }), AT);
    });
    const found = planRun(run, packs)
      .policy.results.filter(({ urn }) => /kubernetes:(apps|autoscaling|policy)/.test(urn))
      // Nothing watches the service in this test.
      .filter(({ policy }) => policy !== "objective-has-alert" && policy !== "objective-has-dashboard");
    expect(found.map(({ policy, message }) => `${policy}: ${message}`)).toEqual([
      `release-asks-for-budget: metadata.annotations.slipway.dev/release.engine is "${engine}", which asks for no error budget: say in its pipeline what happens when it is spent`,
    ]);
    const names = [...deployableFiles(run).files.keys()];
    expect(names).toEqual(
      expect.arrayContaining(
        engine === "flagger"
          ? ["kubernetes/shop/canary-api.yaml", "kubernetes/shop/metrictemplate-api-availability.yaml"]
          : ["kubernetes/shop/rollout-api.yaml", "kubernetes/shop/analysistemplate-api-gates.yaml"],
      ),
    );
  },
);
