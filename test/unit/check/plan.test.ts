import { expect, test } from "vitest";
import { deployableFiles } from "../../../automation/plan/deployable.ts";
import { runDeclarations } from "../../../automation/plan/host.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import { sandboxModels } from "../../../automation/plan/sandbox-models.ts";
import { Monitoring } from "../../../components/alerting/monitoring.ts";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import { Service } from "../../../components/service/service.ts";
import { packs } from "../../../policies/catalogue.ts";
import { testScope } from "../../support/declare.ts";
import { goodService } from "../../support/service.ts";
import { FACTS } from "../runbooks/support.ts";
import { checked } from "./support.ts";

const settings = { root: "", project: "slipway", main: "", config: {}, secretKeys: [], notes: [] };

/** What a plan of a service in a cluster says, and what a check of the manifests that it writes does. */
async function both(most: number) {
  const run = await runDeclarations({ ...settings, stack: "production" }, sandboxModels({}), async () => {
    const scope = testScope();
    const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
    const api = new Service("shop-api", {
      scope,
      service: "api",
      namespace,
      ...goodService(),
      runtime: "kubernetes",
      transform: {
        autoscaler: (args) => ({
          ...args,
          spec: { ...(args.spec as object), maxReplicas: most } as typeof args.spec,
        }),
      },
    });
    const { escalation, runbooks } = FACTS;
    const runbookBase = "https://runbooks.shop.example";
    new Monitoring("shop-monitoring", {
      scope,
      namespace,
      services: [api],
      escalation,
      runbooks,
      runbookBase,
    });
  });
  const plan = planRun(run, packs);
  const files = [...deployableFiles(run).files].filter(([file]) => /^kubernetes\/.*\.yaml$/.test(file));
  expect(files.length).toBeGreaterThan(10);
  const short = ({ policy, message }: { policy: string; message: string }) => `${policy}: ${message}`;
  return {
    planned: plan.policy.results.filter(({ status }) => status === "violation").map(short),
    written: (await checked(Object.fromEntries(files))).policy.results.map(short),
  };
}

test("the manifests that a plan writes are judged as the plan is", async () => {
  expect(await both(13)).toEqual({ planned: [], written: [] });
  const { planned, written } = await both(3);
  expect(written).toEqual([
    "autoscaler-has-room: spec.maxReplicas is 3, which is the fewest too: nothing is ever scaled",
    "capacity-covers-peak: spec.maxReplicas is 3: 3 × 15 requests/s = 45 requests/s, less than the peak of 50; 4 instances would do",
  ]);
  expect(planned).toEqual(written);
});
