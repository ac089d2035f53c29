import type { Doing } from "../../automation/rollout/actuator.ts";
import type { Effect } from "../../automation/rollout/machine/effect.ts";
import type { RolloutState } from "../../automation/rollout/machine/state.ts";
import type { Traffic } from "../../automation/rollout/traffic.ts";
import { METRICS } from "../../components/objectives/measured-service.ts";

/** A release of a service on Cloud Run that was staged, changed. */
export function rolloutState(
  changes: Partial<RolloutState> = {},
  traffic: Traffic = CLOUD_RUN,
): RolloutState {
  return {
    release: "r-1",
    target: { stack: "production", system: "ethixai", service: "backend" },
    plan: {
      strategy: "canary",
      service: {
        environment: "production",
        system: "ethixai",
        service: "backend",
        runtime: "cloud-run",
        metrics: METRICS,
        objectives: [],
      },
      traffic,
      steps: [{ weight: 100, holdSeconds: 60, everySeconds: 15 }],
      gates: [],
      judging: "sequential",
      undecided: { afterSeconds: 60, do: "pause" },
      tests: [],
    },
    stable: { image: "sandbox/demo:1.0.0", revision: "api-stable" },
    candidate: { image: "sandbox/demo:1.1.0" },
    by: "Ada",
    began: "2026-11-21T10:00:00.000Z",
    phase: "shifting",
    step: 0,
    weight: 0,
    staged: { candidate: "api-candidate", stable: "api-stable" },
    effects: 1,
    failures: 0,
    rounds: 0,
    ...changes,
  };
}

const CLOUD_RUN: Traffic = {
  kind: "cloud-run",
  urn: "urn:pulumi:sandbox::slipway::gcp:cloudrunv2/service:Service::api",
  project: "p",
  location: "us-east1",
  service: "api",
};

/** What an effect is done with; collects what is reported. */
export function doing(
  state: RolloutState = rolloutState(),
  {
    effect = { n: 1, kind: "shift", weight: 10 } as Effect,
    token = 1,
    signal = new AbortController().signal,
  } = {},
): Doing & { readonly reported: string[] } {
  const reported: string[] = [];
  return { state, effect, token, signal, report: (text) => void reported.push(text), reported };
}
