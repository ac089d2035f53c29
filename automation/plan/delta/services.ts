import { type ObjectiveSummary, objectiveText } from "../objective-text.ts";
import { fullName, type ServiceSummary } from "../services.ts";
import type { Capacity, CapacityChange, ObjectiveChange } from "./types.ts";

const kinds: readonly ObjectiveChange["kind"][] = ["removed", "loosened", "changed", "tightened", "added"];

/** What a change does to what services promise, worst first. Pure. */
export function objectiveChanges(
  before: readonly ServiceSummary[],
  after: readonly ServiceSummary[],
): ObjectiveChange[] {
  const [was, is] = [objectivesOf(before), objectivesOf(after)];
  const changes = [...new Set([...was.keys(), ...is.keys()])].flatMap((key): ObjectiveChange[] => {
    const [old, now] = [was.get(key), is.get(key)];
    const one = now ?? old;
    if (one === undefined || (old && now && same(old.objective, now.objective))) return [];
    return [
      {
        kind: !now ? "removed" : !old ? "added" : direction(old.objective, now.objective),
        service: one.service,
        objective: one.objective.name,
        ...(old && { before: objectiveText(old.objective) }),
        ...(now && { after: objectiveText(now.objective) }),
      },
    ];
  });
  return changes.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

function objectivesOf(services: readonly ServiceSummary[]) {
  return new Map(
    services.flatMap((service) =>
      service.objectives.map((objective) => {
        const name = fullName(service);
        return [`${name}\n${objective.name}`, { service: name, objective }] as const;
      }),
    ),
  );
}

/** What an objective is held to: how much a larger figure asks for, more (1) or less (-1). */
const STRICTNESS: Readonly<Record<string, 1 | -1>> = {
  target: 1,
  thresholdSeconds: -1,
  maxAgeSeconds: -1,
  limit: -1,
};

/** What says nothing of what is promised to whom: whose it is, and how it is watched. */
const ASIDE = new Set(["owner", "runbook", "alerting"]);

function promised(objective: ObjectiveSummary): [string, unknown][] {
  return Object.entries(objective).filter(([key]) => !ASIDE.has(key));
}

function same(a: ObjectiveSummary, b: ObjectiveSummary): boolean {
  return JSON.stringify(promised(a).sort()) === JSON.stringify(promised(b).sort());
}

/** Whether an objective asks for more, or less, than before; `changed` where it does both, or measures something else. */
function direction(before: ObjectiveSummary, after: ObjectiveSummary): "tightened" | "loosened" | "changed" {
  const [was, is] = [before, after].map((objective) => Object.fromEntries(promised(objective))) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const steps = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]))
    .map((key) => {
      const [old, now] = [was[key], is[key]];
      const larger = STRICTNESS[key];
      if (larger === undefined || typeof old !== "number" || typeof now !== "number") return 0;
      return now > old ? larger : -larger;
    });
  if (steps.every((step) => step === 1)) return "tightened";
  return steps.every((step) => step === -1) ? "loosened" : "changed";
}

/** What a change does to what services can bear. Pure. */
export function capacityChanges(
  before: readonly ServiceSummary[],
  after: readonly ServiceSummary[],
): CapacityChange[] {
  const [was, is] = [before, after].map(
    (services) => new Map(services.map((service) => [fullName(service), capacityOf(service)])),
  ) as [Map<string, Capacity>, Map<string, Capacity>];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((service) => {
    const [old, now] = [was.get(service), is.get(service)];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    return [{ service, ...(old && { before: old }), ...(now && { after: now }) }];
  });
}

function capacityOf({ instances, capacityPerInstance, peak }: ServiceSummary): Capacity {
  const headroom = Number((instances.max * capacityPerInstance - peak).toFixed(3));
  return { ...instances, perInstance: capacityPerInstance, peak, headroom };
}
