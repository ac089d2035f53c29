import type { Gate, Reading } from "../../automation/rollout/gate.ts";
import { BEGINNING, chain } from "../../automation/rollout/journal/chain.ts";
import type { JournalRecord } from "../../automation/rollout/journal/record.ts";
import type { GateVerdict, Judgement, Verdict } from "../../automation/rollout/judge/verdict.ts";
import type { Asked, RolloutEvent } from "../../automation/rollout/machine/event.ts";
import { nextLookAt } from "../../automation/rollout/machine/look.ts";
import type { RolloutPlan } from "../../automation/rollout/machine/plan.ts";
import { reduce } from "../../automation/rollout/machine/reduce.ts";
import type { RolloutState } from "../../automation/rollout/machine/state.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import { METRICS } from "../../components/objectives/measured-service.ts";

/** When every release of these tests begins. */
const BEGAN = "2026-03-01T12:00:00.000Z";

export const AVAILABILITY: Gate = {
  name: "availability",
  title: "99.5 % of requests answered without a server error",
  measure: { kind: "indicator", indicator: { kind: "availability" } },
  unit: "share",
  limit: 0.005,
  badWhen: "above",
  noData: "wait",
};

export const LATENCY: Gate = {
  name: "latency",
  title: "95 % of requests under 2 s",
  measure: { kind: "indicator", indicator: { kind: "latency", thresholdSeconds: 2 } },
  unit: "share",
  limit: 0.05,
  badWhen: "above",
  noData: "wait",
};

export const CPU: Gate = {
  name: "cpu",
  title: "use of CPU under 80 %",
  measure: { kind: "cpu" },
  unit: "value",
  limit: 80,
  badWhen: "above",
  noData: "skip",
};

const SERVICE: MeasuredService = {
  environment: "production",
  system: "ethixai",
  service: "backend",
  runtime: "cloud-run",
  metrics: METRICS,
  objectives: [],
};

/** 10 % and 50 %, then all; 15 minutes each, looked at every 15 seconds. */
export const PLAN: RolloutPlan = {
  strategy: "canary",
  service: SERVICE,
  traffic: {
    kind: "cloud-run",
    urn: "urn:pulumi:production::slipway::gcp:cloudrunv2/service:Service::backend",
    project: "ethixai",
    location: "us-east1",
    service: "backend",
  },
  steps: [10, 50, 100].map((weight) => ({ weight, holdSeconds: 900, everySeconds: 15 })),
  gates: [AVAILABILITY, LATENCY],
  judging: "sequential",
  undecided: { afterSeconds: 3600, do: "pause" },
  tests: [],
};

/** What one gate says, in a test's own words. */
export function said(
  gate: Gate,
  verdict: Verdict,
  reason: string,
  candidate: Reading,
  more: Partial<Pick<GateVerdict, "stable" | "interval" | "counts">> = {},
): GateVerdict {
  const { name, title, limit } = gate;
  return {
    gate: name,
    title,
    verdict,
    reason,
    candidate,
    ...(limit === undefined ? {} : { limit }),
    counts: true,
    ...more,
  };
}

const WORST: readonly Verdict[] = ["unhealthy", "unknown", "inconclusive", "healthy"];

/** All gates together: the worst decides. */
export function judgement(...gates: readonly GateVerdict[]): Judgement {
  const worst = WORST.flatMap((verdict) => gates.filter((gate) => gate.verdict === verdict))[0];
  return {
    verdict: worst?.verdict ?? "unknown",
    reason: worst === undefined ? "there is no gate" : `${worst.gate}: ${worst.reason}`,
    gates,
  };
}

/** A release that is driven by hand, through the real machine; its journal is chained as a real one. */
export class Release {
  readonly records: JournalRecord[] = [];
  state: RolloutState;
  now = Date.parse(BEGAN);

  constructor(
    plan: Partial<RolloutPlan> = {},
    begun: { readonly by?: string; readonly reason?: string } = {},
  ) {
    const event: RolloutEvent = {
      kind: "begun",
      at: BEGAN,
      release: "r-7f3a",
      target: { stack: "production", system: "ethixai", service: "backend" },
      plan: { ...PLAN, ...plan },
      stable: { image: "registry.example.com/ethixai/backend:1.4.1", revision: "backend-0aa1" },
      candidate: { image: "registry.example.com/ethixai/backend:1.5.0" },
      by: "ci",
      ...begun,
    };
    this.state = reduce(undefined, event);
    this.#write(event);
  }

  #write(event: RolloutEvent): void {
    const last = this.records.at(-1);
    this.records.push(chain(this.records.length + 1, event, last?.hash ?? BEGINNING));
  }

  get at(): string {
    return new Date(this.now).toISOString();
  }

  wait(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }

  event(event: RolloutEvent): this {
    this.state = reduce(this.state, event);
    this.#write(event);
    return this;
  }

  /** The effect under way is done, after so many seconds. */
  done(seconds = 5): this {
    const { effect } = this.state;
    if (effect === undefined) throw new Error(`nothing is being done while ${this.state.phase}`);
    this.wait(seconds);
    const staged = { candidate: "backend-1b2c", stable: "backend-0aa1" };
    return this.event({
      kind: "done",
      at: this.at,
      effect: effect.n,
      ...(effect.kind === "stage" ? { staged } : {}),
    });
  }

  failed(error: string, seconds = 5): this {
    const { effect } = this.state;
    if (effect === undefined) throw new Error(`nothing is being done while ${this.state.phase}`);
    this.wait(seconds);
    return this.event({ kind: "failed", at: this.at, effect: effect.n, error });
  }

  asked(command: Asked, by: string, reason?: string): this {
    return this.event({
      kind: "asked",
      at: this.at,
      command,
      by,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** One look, when it is due. @param look what is seen, so many seconds after the hold began */
  look(look: (heldSeconds: number) => Judgement): this {
    const due = nextLookAt(this.state);
    if (due === undefined) throw new Error(`nothing is looked at while ${this.state.phase}`);
    this.now = Math.max(this.now, due.getTime());
    const held = (this.now - Date.parse(this.state.heldSince ?? this.at)) / 1000;
    return this.event({ kind: "judged", at: this.at, judgement: look(held) });
  }

  /** Looks until the machine wants something else, or is paused; at most so often. */
  hold(look: (heldSeconds: number) => Judgement, most = Number.POSITIVE_INFINITY): this {
    for (let count = 0; count < most; count += 1) {
      if (this.state.phase !== "holding" || this.state.paused !== undefined) return this;
      if (this.state.effect !== undefined) this.done();
      else this.look(look);
    }
    return this;
  }

  /** Does what is to be done, and looks, until it is over. */
  finish(look: (heldSeconds: number) => Judgement): this {
    while (this.state.ended === undefined) {
      if (this.state.effect === undefined) this.hold(look);
      else this.done();
    }
    return this;
  }
}
