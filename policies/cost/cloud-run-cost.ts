import {
  containersOf,
  fewestInstances,
  instanceTemplate,
  mostInstances,
  servingContainer,
} from "../cloud-run.ts";
import type { Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { CAPACITY_ANNOTATION, PEAK_ANNOTATION } from "../slo/capacity-covers-peak.ts";
import { type CostLine, mapRange, priced, sumRanges } from "./line.ts";
import { monthOf } from "./month.ts";
import { cpus, gibibytes, secondsIn } from "./quantities.ts";
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

/**
 * Whether an instance is billed for its whole life. The provider's rule: CPU is idle between requests by default, but a
 * container that states its `resources` and leaves `cpuIdle` out has it always.
 */
function isInstanceBased(resources: Property): boolean {
  return resources.present && resources.at("cpuIdle").flag() !== true;
}

/** What one instance has: all its containers together. Undefined where a quantity is none. */
function sizeOf(containers: readonly Property[]): { cpu: number; memory: number } | undefined {
  let [cpu, memory] = [0, 0];
  for (const container of containers) {
    const limits = container.at("resources", "limits");
    const one = [cpus(limits.at("cpu").text() ?? "1"), gibibytes(limits.at("memory").text() ?? "512Mi")];
    if (one[0] === undefined || one[1] === undefined) return undefined;
    cpu += one[0];
    memory += one[1];
  }
  return { cpu, memory };
}

/** What a probe is billed with: CPU is there while one is answered, and time counts in steps of 100 ms. */
const PROBE_SECONDS = 0.1;

/** Cloud Run's default time between two probes. */
const PROBE_PERIOD = 10;

/** Share of the time that an instance with nothing to do is at work all the same, answering probes. */
function probedShare(container: Property): number {
  const share = ["livenessProbe", "readinessProbe"].reduce((sum, field) => {
    const probe = container.at(field);
    return probe.present ? sum + PROBE_SECONDS / (probe.at("periodSeconds").number() || PROBE_PERIOD) : sum;
  }, 0);
  return Math.min(1, share);
}

/** Requests a second at peak, and how many one instance serves; 0 where that isn't stated. */
export function statedDemand(service: Subject): { readonly peak: number; readonly perInstance: number } {
  const annotations = service.props.at("annotations");
  return {
    peak: annotations.at(PEAK_ANNOTATION).number() ?? 0,
    perInstance: annotations.at(CAPACITY_ANNOTATION).number() ?? 0,
  };
}

/** Requests that a service gets in a month, in millions: none, over the assumed week, and at peak all the time. */
export function monthlyRequests(service: Subject, usage: Usage): Range {
  const { peak } = statedDemand(service);
  return monthOf({ peak, perInstance: 1, fewest: 0, most: 0 }, usage).requests;
}

const scaled = (hours: Range, size: number) => mapRange(hours, (value) => value * HOUR_SECONDS * size);

/** One service's month: see {@link monthOf}. Probes that an idle instance answers are billed as work. */
export function cloudRunCost(service: Subject, usage: Usage): CostLine {
  const { urn } = service;
  const what = `Cloud Run ${service.name}`;
  const missing = (why: string): CostLine => ({ urn, what, missing: why });
  const location = service.props.at("location").text() ?? "";
  if (!TIER_1.includes(location)) return missing(`no price of Cloud Run in "${location}" is in the table`);

  const serving = servingContainer(service);
  if (serving === undefined) return missing("no container takes requests");
  const size = sizeOf(containersOf(service));
  if (size === undefined) return missing("its CPU or memory is no quantity that this can read");
  const { peak, perInstance } = statedDemand(service);
  if (!perInstance || !peak)
    return missing(`capacity and peak are not stated (${CAPACITY_ANNOTATION}, ${PEAK_ANNOTATION})`);

  const most = mostInstances(service) ?? Number.POSITIVE_INFINITY;
  const { busyHours, idleHours, requests } = monthOf(
    { peak, perInstance, fewest: fewestInstances(service), most },
    usage,
  );
  if (isInstanceBased(serving.at("resources"))) {
    const alive = sumRanges([busyHours, idleHours]);
    return priced(urn, `${what}, instance-based`, {
      "run.instance-based.cpu": scaled(alive, size.cpu),
      "run.instance-based.memory": scaled(alive, size.memory),
    });
  }
  const probed = probedShare(serving);
  const working = sumRanges([busyHours, mapRange(idleHours, (hours) => hours * probed)]);
  const waiting = mapRange(idleHours, (hours) => hours * (1 - probed));
  return priced(urn, `${what}, request-based`, {
    "run.request-based.cpu": scaled(working, size.cpu),
    "run.request-based.memory": scaled(working, size.memory),
    "run.idle.cpu": scaled(waiting, size.cpu),
    "run.idle.memory": scaled(waiting, size.memory),
    "run.requests": requests,
  });
}

/** Cloud Run's own: a task may take ten minutes, and at least one minute of each is billed. */
const [DEFAULT_TIMEOUT, LEAST_BILLED] = [600, 60];

/** One job's month. @param runs how often something in the stack starts it; undefined where nothing does that can be read */
export function cloudRunJobCost(job: Subject, usage: Usage, runs: number | undefined): CostLine {
  const { urn, name } = job;
  const what = `Cloud Run job ${name}`;
  const missing = (why: string): CostLine => ({ urn, what, missing: why });
  const location = job.props.at("location").text() ?? "";
  if (!TIER_1.includes(location)) return missing(`no price of Cloud Run in "${location}" is in the table`);
  if (runs === undefined) return missing("nothing in the stack says how often it runs");
  const size = sizeOf(containersOf(job));
  if (size === undefined) return missing("its CPU or memory is no quantity that this can read");
  const timeout = secondsIn(instanceTemplate(job).at("timeout").text() ?? `${DEFAULT_TIMEOUT}s`);
  if (timeout === undefined) return missing("its time-out is no duration that this can read");
  const tasks = job.props.at("template", "taskCount").number() ?? 1;
  const seconds = mapRange(usage.jobShare, (share) => runs * tasks * Math.max(LEAST_BILLED, share * timeout));
  return priced(urn, `${what}, ${Math.round(runs)} runs`, {
    "run.instance-based.cpu": mapRange(seconds, (value) => value * size.cpu),
    "run.instance-based.memory": mapRange(seconds, (value) => value * size.memory),
  });
}
