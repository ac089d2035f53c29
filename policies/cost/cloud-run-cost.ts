import { fewestInstances, mostInstances, servingContainer } from "../cloud-run.ts";
import type { Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { CAPACITY_ANNOTATION, PEAK_ANNOTATION } from "../slo/capacity-covers-peak.ts";
import { type CostLine, priced } from "./line.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import type { Range, Usage } from "./usage.ts";

/** Regions that share the prices in the table (Cloud Run's pricing page, tier 1; only those that are certain). */
const TIER_1 = [
  "us-central1",
  "us-east1",
  "us-east4",
  "us-west1",
  "europe-west1",
  "europe-west4",
  "europe-north1",
  "asia-east1",
  "asia-northeast1",
];

const HOUR_SECONDS = 3600;
const GIBIBYTE = 2 ** 30;
const UNITS: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: GIBIBYTE, k: 1e3, M: 1e6, G: 1e9 };

/** GiB in a quantity such as `512Mi`, or undefined where it is none. */
function gibibytes(quantity: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)$/.exec(quantity) ?? [];
  return amount === undefined || unit === undefined
    ? undefined
    : (Number(amount) * (UNITS[unit] as number)) / GIBIBYTE;
}

/** CPUs in `2`, `0.5` or `500m`, or undefined. */
function cpus(quantity: string): number | undefined {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity) ?? [];
  return amount === undefined ? undefined : Number(amount) / (milli ? 1000 : 1);
}

/**
 * Whether an instance is billed for its whole life. The provider's rule: CPU is idle between requests by default, but a
 * container that states its `resources` and leaves `cpuIdle` out has it always.
 */
function isInstanceBased(resources: Property): boolean {
  return resources.present && resources.at("cpuIdle").flag() !== true;
}

/** What runs during hours of one rate: instances that work, and minimum instances that have nothing to do. */
interface Running {
  readonly busy: number;
  readonly idle: number;
  /** Requests a second. */
  readonly rate: number;
}

/** A month's instance-hours, and requests in millions. */
interface Month {
  readonly busyHours: Range;
  readonly idleHours: Range;
  readonly requests: Range;
}

function monthOf(shape: readonly number[], at: (share: number) => Running): Month {
  const mean = (shares: readonly number[], field: keyof Running) =>
    shares.reduce((sum, share) => sum + at(share)[field], 0) / shares.length;
  const total = (field: keyof Running, factor: number): Range => ({
    low: mean([0], field) * factor,
    expected: mean(shape, field) * factor,
    high: mean([1], field) * factor,
  });
  return {
    busyHours: total("busy", HOURS_PER_MONTH),
    idleHours: total("idle", HOURS_PER_MONTH),
    requests: total("rate", (HOURS_PER_MONTH * HOUR_SECONDS) / 1e6),
  };
}

/** Requests that a service gets in a month, in millions: none, over the assumed days, and at peak all the time. */
export function monthlyRequests(service: Subject, usage: Usage): Range {
  const peak = service.props.at("annotations", PEAK_ANNOTATION).number() ?? 0;
  return monthOf(usage.loadShape, (share) => ({ busy: 0, idle: 0, rate: peak * share })).requests;
}

/**
 * One service's month. Low: nobody comes, and the minimum instances wait. Expected: the assumed day's rates, with as many
 * instances as the stated capacity asks for. High: the peak, all month. An instance that works at all counts as working.
 */
export function cloudRunCost(service: Subject, usage: Usage): CostLine {
  const { urn } = service;
  const what = `Cloud Run ${service.name}`;
  const missing = (why: string): CostLine => ({ urn, what, missing: why });
  const location = service.props.at("location").text() ?? "";
  if (!TIER_1.includes(location)) return missing(`no price of Cloud Run in "${location}" is in the table`);

  const resources = servingContainer(service)?.at("resources");
  if (resources === undefined) return missing("no container takes requests");
  const cpu = cpus(resources.at("limits", "cpu").text() ?? "1");
  const memory = gibibytes(resources.at("limits", "memory").text() ?? "512Mi");
  if (cpu === undefined || memory === undefined)
    return missing("its CPU or memory is no quantity that this can read");

  const annotations = service.props.at("annotations");
  const [perInstance, peak] = [
    annotations.at(CAPACITY_ANNOTATION).number(),
    annotations.at(PEAK_ANNOTATION).number(),
  ];
  if (!perInstance || !peak)
    return missing(`capacity and peak are not stated (${CAPACITY_ANNOTATION}, ${PEAK_ANNOTATION})`);

  const fewest = fewestInstances(service);
  const most = mostInstances(service) ?? Number.POSITIVE_INFINITY;
  const month = monthOf(usage.loadShape, (share) => {
    const busy = Math.min(most, Math.ceil((peak * share) / perInstance));
    return { busy, idle: Math.max(0, fewest - busy), rate: peak * share };
  });
  const seconds = (hours: Range, size: number): Range => ({
    low: hours.low * HOUR_SECONDS * size,
    expected: hours.expected * HOUR_SECONDS * size,
    high: hours.high * HOUR_SECONDS * size,
  });
  if (isInstanceBased(resources)) {
    const { busyHours: busy, idleHours: idle } = month;
    const alive = {
      low: busy.low + idle.low,
      expected: busy.expected + idle.expected,
      high: busy.high + idle.high,
    };
    return priced(urn, `${what}, instance-based`, {
      "run.instance-based.cpu": seconds(alive, cpu),
      "run.instance-based.memory": seconds(alive, memory),
    });
  }
  return priced(urn, `${what}, request-based`, {
    "run.request-based.cpu": seconds(month.busyHours, cpu),
    "run.request-based.memory": seconds(month.busyHours, memory),
    "run.idle.cpu": seconds(month.idleHours, cpu),
    "run.idle.memory": seconds(month.idleHours, memory),
    "run.requests": month.requests,
  });
}
