import type { PlanResource } from "../../../../automation/plan/resources.ts";
import type { PlanResult } from "../../../../automation/plan/result.ts";
import { formUrn } from "../../../../automation/plan/urn.ts";

export const BUCKET = "gcp:storage/bucket:Bucket";
export const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

/** A resource of a plan, under a parent if one is given. */
export function made(
  type: string,
  name: string,
  inputs: PlanResource["inputs"] = {},
  more: Partial<Pick<PlanResource, "parent" | "options" | "dependencies">> = {},
): PlanResource {
  const { parent = null, options = {}, dependencies = [] } = more;
  const urn = formUrn("dev", "shop", parent ?? undefined, type, name);
  return { urn, type, name, parent, inputs, dependencies, options };
}

/** A plan of resources, with nothing else in it. */
export function planOf(resources: readonly PlanResource[], more: Partial<PlanResult> = {}): PlanResult {
  return {
    schemaVersion: 1,
    project: "shop",
    stack: "dev",
    totals: { resources: 0, components: 0, blocking: 0, advisory: 0, notEvaluated: 0, exempted: 0 },
    policy: { policies: [], results: [], exemptions: [], remediated: [], scores: [] },
    services: [],
    outputs: {},
    notes: [],
    messages: [],
    resources,
    places: {},
    ...more,
  };
}
