import type { ReleaseEngine, ReleasePlan } from "../plan.ts";
import { planArgoRollouts, ROLLOUT } from "./argo-rollouts.ts";
import { FLAGGER_LABEL, planFlagger } from "./flagger.ts";
import type { EngineFacts, EngineObject } from "./objects.ts";

/** What an engine takes over of a workload that is declared for it. */
export interface TakenOver {
  /** What the autoscaler scales. */
  readonly scaled: { readonly apiVersion: string; readonly kind: string };
  /** Which Services are declared: the engine makes those that aren't, and chooses the pods of those that are. */
  readonly services: "stable" | "both" | "none";
  /** Label that the engine tells its pods by, with the service's name as its value. */
  readonly label: string | undefined;
  /** Whether the engine says what a pod is, once the first is there. */
  readonly template: boolean;
  /** Whether the engine decides how many pods the Deployment has: nobody waits for them then. */
  readonly pods: boolean;
  readonly objects: (facts: EngineFacts) => readonly EngineObject[];
}

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment" } as const;

const NOTHING: TakenOver = {
  scaled: DEPLOYMENT,
  services: "stable",
  label: undefined,
  template: false,
  pods: false,
  objects: () => [],
};

const ENGINES: Readonly<Record<ReleaseEngine, TakenOver>> = {
  slipway: NOTHING,
  "argo-rollouts": { ...NOTHING, scaled: ROLLOUT, services: "both", pods: true, objects: planArgoRollouts },
  flagger: { ...NOTHING, services: "none", label: FLAGGER_LABEL, pods: true, objects: planFlagger },
  // What it is told stands in Google Cloud; here it changes the Deployment from a release's own source.
  "google-cloud-deploy": { ...NOTHING, template: true },
};

/** What the engine of a plan takes over; nothing where there is no plan, or where Slipway carries it out. */
export function takenOver(plan: ReleasePlan | undefined): TakenOver {
  return ENGINES[plan?.engine ?? "slipway"];
}
