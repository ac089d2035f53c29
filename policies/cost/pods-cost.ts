import type { Stack, Subject } from "../core/policy.ts";
import { lastingContainers, WORKLOADS } from "../kubernetes.ts";
import { fewestPods, mostPods } from "../kubernetes-stack.ts";
import { CAPACITY_ANNOTATION, PEAK_ANNOTATION } from "../slo/capacity-covers-peak.ts";
import { STATEFUL_SET } from "../types.ts";
import { type CostLine, priced, sumRanges } from "./line.ts";
import { monthOf } from "./month.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import { cpus, gibibytes } from "./quantities.ts";
import type { Pricing } from "./surroundings.ts";
import type { Range, Usage } from "./usage.ts";

/** The least that Autopilot bills a pod with (GKE, "Resource requests in Autopilot", clusters that allow bursting). */
const [LEAST_CPU, LEAST_GIBIBYTES] = [0.05, 52 / 1024];

/** What one pod asks for. Undefined where a quantity is none. */
export function requestsOf(workload: Subject): { cpu: number; memory: number } | undefined {
  let [cpu, memory] = [0, 0];
  for (const container of lastingContainers(workload)) {
    const { requests, limits } = {
      requests: container.at("resources", "requests"),
      limits: container.at("resources", "limits"),
    };
    const one = cpus(requests.at("cpu").text() ?? limits.at("cpu").text() ?? "0");
    const other = gibibytes(requests.at("memory").text() ?? limits.at("memory").text() ?? "0");
    if (one === undefined || other === undefined) return undefined;
    cpu += one;
    memory += other;
  }
  return { cpu, memory };
}

/** Hours that a workload's pods run in a month: by its stated capacity and peak where it has them, else all at their fewest. */
function podHours(stack: Stack, workload: Subject, usage: Usage): Range | undefined {
  const fewest = fewestPods(stack, workload)?.count;
  const most = mostPods(stack, workload)?.count;
  if (fewest === undefined || most === undefined) return undefined;
  const annotations = workload.props.at("metadata", "annotations");
  const perInstance = annotations.at(CAPACITY_ANNOTATION).number();
  const peak = annotations.at(PEAK_ANNOTATION).number();
  if (perInstance && peak) {
    const { busyHours, idleHours } = monthOf({ peak, perInstance, fewest, most }, usage);
    return sumRanges([busyHours, idleHours]);
  }
  return {
    low: fewest * HOURS_PER_MONTH,
    expected: fewest * HOURS_PER_MONTH,
    high: most * HOURS_PER_MONTH,
  };
}

const scaled = (hours: Range, size: number): Range => ({
  low: hours.low * size,
  expected: hours.expected * size,
  high: hours.high * size,
});

/** GKE's own storage classes, and the disks that they make; what names none gets `standard-rwo`. */
const CLASSES: Record<string, string> = {
  standard: "disk.pd-standard",
  "standard-rwo": "disk.pd-balanced",
  "premium-rwo": "disk.pd-ssd",
};

function claim(urn: string, what: string, spec: Subject["props"], count: number): CostLine {
  const size = gibibytes(spec.at("resources", "requests", "storage").text() ?? "");
  if (size === undefined) return { urn, what, missing: "it does not say how large it is" };
  const name = spec.at("storageClassName").text() ?? "standard-rwo";
  const price = Object.hasOwn(CLASSES, name) ? (CLASSES[name] as string) : `storage class ${name}`;
  return priced(urn, `${what}, ${count * size} GiB`, { [price]: count * size });
}

/** A claim to a volume by itself. */
export const volumeClaim: Pricing = ({ urn, name, props }, { cluster }) => {
  const what = `volume ${props.at("metadata", "name").text() ?? name}`;
  return cluster === "unstated"
    ? { urn, what, missing: "nothing says what cluster it is in" }
    : claim(urn, what, props.at("spec"), 1);
};

/**
 * Pods, and the volumes of those that keep any. On Autopilot they are billed by what they ask for; elsewhere they cost what
 * their nodes cost: nothing more where those are in the stack, and that can't be told where they are not.
 */
const pods: Pricing = (workload, { usage, stack, cluster }) => {
  const { urn, name, props, type } = workload;
  const called = props.at("metadata", "name").text() ?? name;
  const what = `pods of ${called}`;
  if (cluster === "unstated" || cluster === "standard")
    return { urn, what, missing: "pods cost what their nodes cost, and those are not in the stack" };
  const count = fewestPods(stack, workload)?.count ?? 0;
  const volumes =
    type === STATEFUL_SET
      ? props
          .at("spec", "volumeClaimTemplates")
          .items()
          .map((template) => claim(urn, `volumes of ${called}`, template.at("spec"), count))
      : [];
  if (cluster === "nodes") return volumes;
  const size = requestsOf(workload);
  if (size === undefined) return { urn, what, missing: "its requests are no quantities that this can read" };
  const hours = podHours(stack, workload, usage);
  if (hours === undefined) return { urn, what, missing: "nothing says how many there are" };
  return [
    priced(urn, `${what}, Autopilot`, {
      "gke.autopilot.cpu": scaled(hours, Math.max(LEAST_CPU, size.cpu)),
      "gke.autopilot.memory": scaled(hours, Math.max(LEAST_GIBIBYTES, size.memory)),
    }),
    ...volumes,
  ];
};

/** Every kind of workload. */
export const POD_PRICINGS: Readonly<Record<string, Pricing>> = Object.fromEntries(
  WORKLOADS.map((type) => [type, pods]),
);
