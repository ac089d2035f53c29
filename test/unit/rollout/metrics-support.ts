import { text } from "node:stream/consumers";
import type { Gate } from "../../../automation/rollout/gate.ts";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import { METRICS, type MeasuredService } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import { serveInTest } from "../../support/http.ts";

/** A shop's api with these objectives. */
export function shopApi(
  objectives: readonly Pick<Objective, "name" | "indicator" | "target">[],
  changes: Partial<MeasuredService> = {},
): MeasuredService {
  return {
    environment: "production",
    system: "shop",
    service: "api",
    runtime: "cloud-run",
    metrics: METRICS,
    objectives: objectives.map((each) => normalizeObjective({ owner: "shop-platform", ...each })),
    ...changes,
  };
}

/** A plan with only what measures. */
export function planOf(measures: Partial<ReleasePlan>): ReleasePlan {
  return { strategy: "canary", steps: [{ weight: 100, hold: "15 min" }], gates: [], ...measures };
}

/** The gates of one objective, threshold or comparison, which are one. */
export function gateOf(service: MeasuredService, measures: Partial<ReleasePlan>): Gate {
  const [gate, ...more] = gatesOf(service, planOf(measures));
  if (gate === undefined || more.length > 0) throw new Error(`${more.length + 1} gates`);
  return gate;
}

export const CANDIDATE = "api-new";
export const STABLE = "api-old";
export const versions = { candidate: CANDIDATE, stable: STABLE };

/** One query that a scripted Prometheus was asked. */
export interface Asked {
  readonly path: string;
  readonly query: string;
  readonly time: string;
  readonly authorization: string | undefined;
}

/** What a scripted Prometheus answers: samples as it sends them, or something else altogether. */
export type Scripted =
  | readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[]
  | { readonly status: number; readonly body: unknown };

/** The two sides of counted events, per second, as they are answered. */
export function sides(total: number, bad?: number): Scripted {
  const side = (name: string, value: number) => ({
    metric: { slipway_side: name },
    value: [0, String(value)] as const,
  });
  return [side("total", total), ...(bad === undefined ? [] : [side("bad", bad)])];
}

/** A figure, or several. */
export function figures(...values: readonly (number | string)[]): Scripted {
  return values.map((value, index) => ({
    metric: { part: String(index) },
    value: [0, String(value)] as const,
  }));
}

/** Speaks the HTTP API of a Prometheus until the test ends, and keeps what it was asked. */
export async function scriptedPrometheus(answer: (asked: Asked) => Scripted) {
  const asked: Asked[] = [];
  const listening = await serveInTest(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const one: Asked = {
      path: request.url ?? "",
      query: form.get("query") ?? "",
      time: form.get("time") ?? "",
      authorization: request.headers.authorization,
    };
    asked.push(one);
    const said = answer(one);
    const { status, body } =
      "status" in said
        ? said
        : { status: 200, body: { status: "success", data: { resultType: "vector", result: said } } };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  return { ...listening, asked };
}
