import type { Reading } from "../../../automation/rollout/gate.ts";
import type { Judgement, Verdict } from "../../../automation/rollout/judge/verdict.ts";
import type { RolloutEvent, RolloutTarget } from "../../../automation/rollout/machine/event.ts";
import type { RolloutPlan, Step } from "../../../automation/rollout/machine/plan.ts";
import { METRICS } from "../../../components/objectives/measured-service.ts";

/** A service in production. */
export const TARGET: RolloutTarget = { stack: "production", system: "shop", service: "backend" };

/** When releases in tests begin. */
export const START = "2026-11-21T09:00:00.000Z";

/** A moment so many seconds after the beginning. */
export const at = (seconds: number) => new Date(Date.parse(START) + seconds * 1000).toISOString();

/** A step that is held for a minute and looked at every 15 seconds, unless said otherwise. */
export const step = (weight: number, holdSeconds = 60, everySeconds = 15): Step => ({
  weight,
  holdSeconds,
  everySeconds,
});

/** A canary of three steps with one gate, and whatever is said otherwise. */
export function rolloutPlan(change: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    strategy: "canary",
    service: {
      environment: "production",
      system: TARGET.system,
      service: TARGET.service,
      runtime: "cloud-run",
      metrics: METRICS,
      objectives: [],
    },
    traffic: {
      kind: "cloud-run",
      urn: "urn:pulumi:production::slipway::gcp:cloudrunv2/service:Service::backend",
      project: "shop",
      location: "europe-west1",
      service: "backend",
    },
    steps: [step(10), step(50), step(100)],
    gates: [
      {
        name: "errors",
        title: "at most 0.5 % of requests fail",
        measure: { kind: "indicator", indicator: { kind: "availability" } },
        unit: "share",
        limit: 0.005,
        badWhen: "above",
        noData: "wait",
      },
    ],
    judging: "sequential",
    undecided: { afterSeconds: 3600, do: "pause" },
    tests: [],
    ...change,
  };
}

/** What a release begins with. */
export function begun(plan: RolloutPlan = rolloutPlan(), time = START) {
  return {
    kind: "begun",
    at: time,
    release: "shop-backend-1",
    target: TARGET,
    plan,
    stable: { image: "backend:1.4.0", revision: "backend-00000001" },
    candidate: { image: "backend:1.5.0" },
    by: "Ada",
    reason: "faster",
  } satisfies RolloutEvent;
}

/** What a judge says, with one gate that it says it from. */
export function judgement(verdict: Verdict, candidate: Reading = { kind: "nothing" }): Judgement {
  const reason = `errors: ${verdict}`;
  const gate = { gate: "errors", title: "at most 0.5 % of requests fail", verdict, reason, candidate };
  return { verdict, reason, gates: [{ ...gate, counts: true }] };
}
