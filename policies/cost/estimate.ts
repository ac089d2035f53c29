import { stackOfSubjects, subjectOf } from "../core/evaluate.ts";
import type { PolicyResource, Subject } from "../core/policy.ts";
import { attempt, UnknownRead } from "../core/unknown.ts";
import { type CostGroup, grouped, serviceOf, systemOf } from "./groups.ts";
import { type CostLine, hasPrice, sumRanges, toCents } from "./line.ts";
import { PRICINGS } from "./resource-costs.ts";
import { edgeRequests, natInstances, sharedLines } from "./stack-costs.ts";
import { clusterKind, jobRuns, type Surroundings, secretPlaces } from "./surroundings.ts";
import { ASSUMED_USAGE, type Range, type Usage } from "./usage.ts";

/** What a stack is estimated to cost, in USD a month at list prices. */
export interface Estimate extends Range {
  /** In the order of the resources. Lines with `missing` are in no sum: show them. */
  readonly lines: readonly CostLine[];
  /** What each service costs by itself: what runs, and what says that it is part of it. */
  readonly services: readonly CostGroup[];
  /** What each system costs, its services included. */
  readonly systems: readonly CostGroup[];
}

/** A line, with what its resource is part of. */
function of(resource: Subject, line: CostLine): CostLine {
  const [service, system] = [serviceOf(resource), systemOf(resource)];
  return {
    ...line,
    ...(service === undefined ? {} : { service }),
    ...(system === undefined ? {} : { system }),
  };
}

/** A resource's lines; what is unknown before deployment, or misshapen, makes one that says so. */
function linesOf(resource: Subject, surroundings: Surroundings): readonly CostLine[] {
  const { urn, type, name } = resource;
  const pricing = Object.hasOwn(PRICINGS, type) ? PRICINGS[type] : undefined;
  if (pricing === undefined) return [];
  const lines = attempt(() => pricing(resource, surroundings));
  const { unread } = lines;
  if (unread !== undefined) {
    const unknown = unread instanceof UnknownRead ? ({ unknown: true } as const) : {};
    return [{ urn, what: name, missing: unread.message, ...unknown }];
  }
  return [lines.value ?? []].flat();
}

/** The same of resources as policies read them; linear in their number. */
export function estimateOf(subjects: readonly Subject[], usage: Partial<Usage> = {}): Estimate {
  const assumed: Usage = { ...ASSUMED_USAGE, ...usage };
  const stack = stackOfSubjects(subjects);
  const surroundings: Surroundings = {
    usage: assumed,
    stack,
    edgeRequests: edgeRequests(stack, assumed),
    instances: natInstances(stack),
    cluster: clusterKind(stack, assumed),
    secretPlaces: secretPlaces(stack),
    runs: jobRuns(stack),
  };
  const lines = [
    ...subjects.flatMap((resource) => linesOf(resource, surroundings).map((line) => of(resource, line))),
    ...sharedLines(surroundings).map((shared) => of(shared.of, shared.line)),
  ];
  return {
    ...toCents(sumRanges(lines.filter(hasPrice))),
    lines,
    services: grouped(lines, "service"),
    systems: grouped(lines, "system"),
  };
}

/**
 * Estimates a stack's bill from what it declares. Pure; prices come from `prices.ts`, and what no declaration says from
 * `usage`. Free tiers but for uptime checks, commitments, taxes, metrics and support are not in it.
 *
 * Low is a month in which nobody comes, expected one of the assumed weeks, high one at peak day and night.
 */
export function estimateMonthlyCost(
  resources: readonly PolicyResource[],
  usage: Partial<Usage> = {},
): Estimate {
  return estimateOf(resources.map(subjectOf), usage);
}
