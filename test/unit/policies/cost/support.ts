import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { estimateMonthlyCost } from "../../../../policies/cost/estimate.ts";
import type { CostLine } from "../../../../policies/cost/line.ts";
import { ASSUMED_USAGE, type Usage } from "../../../../policies/cost/usage.ts";
import * as types from "../../../../policies/types.ts";
import { resource } from "../support.ts";

/** Half of the peak, all day and every day. */
export const STEADY: Usage = {
  ...ASSUMED_USAGE,
  loadShape: Array<number>(24).fill(0.5),
  usualDay: 1,
  weekend: 1,
};

/** Seconds of a month. */
export const MONTH = 730 * 3600;

interface Run {
  name?: string;
  cpu?: string;
  memory?: string;
  instances: [min: number, max: number];
  capacity: string;
  peak: string;
  cpuIdle: boolean;
  ingress?: string;
}

/** A Cloud Run service. */
export function run({ name = "a", cpu = "1", memory = "512Mi", instances, ...rest }: Run): PolicyResource {
  const { capacity, peak, cpuIdle, ingress = "INGRESS_TRAFFIC_INTERNAL_ONLY" } = rest;
  return resource(types.CLOUD_RUN_SERVICE, name, {
    location: "us-east1",
    ingress,
    annotations: { "slipway.dev/capacity-per-instance": capacity, "slipway.dev/peak": peak },
    template: {
      scaling: { minInstanceCount: instances[0], maxInstanceCount: instances[1] },
      containers: [{ resources: { limits: { cpu, memory }, cpuIdle } }],
    },
  });
}

/** A line's figures to the cent. @throws Error where it has none */
export function rounded(line: CostLine | undefined): number[] {
  if (line?.missing !== undefined) throw new Error(line.missing);
  return [line?.low, line?.expected, line?.high].map((usd) => Number(usd?.toFixed(2)));
}

/** What one resource costs in each of its lines, or why that can't be told. */
export function costOf(type: string, props: unknown, usage: Partial<Usage> = {}): (number[] | string)[] {
  return estimateMonthlyCost([resource(type, "x", props)], usage).lines.map(
    (line) => line.missing ?? rounded(line),
  );
}
