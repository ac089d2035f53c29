import { fewestInstances } from "../cloud-run.ts";
import { subjectOf } from "../core/evaluate.ts";
import type { PolicyResource, Subject } from "../core/policy.ts";
import { isUnreadable } from "../core/unknown.ts";
import { CAPACITY_ANNOTATION, PEAK_ANNOTATION } from "../slo/capacity-covers-peak.ts";
import { CLOUD_RUN_SERVICE } from "../types.ts";
import { cloudRunCost, monthlyRequests } from "./cloud-run-cost.ts";
import { type CostGroup, grouped, serviceOf, systemOf } from "./groups.ts";
import { type CostLine, hasPrice, known, priced, sumRanges, toCents } from "./line.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import { PRICINGS } from "./resource-costs.ts";
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

const FORWARDING_RULES = [
  "gcp:compute/globalForwardingRule:GlobalForwardingRule",
  "gcp:compute/forwardingRule:ForwardingRule",
];

/** Forwarding rules that one price covers together. */
const RULES_PER_PRICE = 5;
const KIBIBYTES_PER_GIBIBYTE = 2 ** 20;
const NOTHING: Range = { low: 0, expected: 0, high: 0 };

/** A figure of a service, or nothing where it can't be read: the service's own line says so. */
function orNothing(figure: () => Range): Range {
  try {
    return figure();
  } catch (error) {
    if (isUnreadable(error)) return NOTHING;
    throw error;
  }
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

/** All load balancers' rules, their data, and what leaves for the internet. */
function loadBalancing(rules: readonly Subject[], requests: Range, usage: Usage): CostLine[] {
  const [first] = rules;
  if (first === undefined) return [];
  const data: Range = {
    low: (requests.low * 1e6 * usage.answerKibibytes.low) / KIBIBYTES_PER_GIBIBYTE,
    expected: (requests.expected * 1e6 * usage.answerKibibytes.expected) / KIBIBYTES_PER_GIBIBYTE,
    high: (requests.high * 1e6 * usage.answerKibibytes.high) / KIBIBYTES_PER_GIBIBYTE,
  };
  return [
    of(
      first,
      priced(first.urn, `load balancing, ${rules.length} forwarding rules`, {
        "network.forwarding-rules": HOURS_PER_MONTH,
        "network.forwarding-rule-more": HOURS_PER_MONTH * Math.max(0, rules.length - RULES_PER_PRICE),
        "network.load-balancer-data": data,
        "network.egress": data,
      }),
    ),
  ];
}

/** Instances of a service that may use NAT at once. */
function instancesOf(service: Subject): Range {
  const annotations = service.props.at("annotations");
  const perInstance = annotations.at(CAPACITY_ANNOTATION).number() || 1;
  const peak = annotations.at(PEAK_ANNOTATION).number() ?? 0;
  const fewest = fewestInstances(service);
  return { low: fewest, expected: fewest, high: Math.max(fewest, Math.ceil(peak / perInstance)) };
}

/**
 * Estimates a stack's bill from what it declares. Pure; prices come from `prices.ts`, and what no declaration says from
 * `usage`. Free tiers, commitments, taxes, logs, metrics and support are not in it.
 *
 * Low is a month in which nobody comes, expected one of the assumed days, high one at peak day and night. Whether a
 * service is billed by instance or by request decides most of it. EthixAI's plan (EA-15) expects USD 423–836 at 50
 * requests/s: this gives about 700–780 with request-based billing and 10–15 analyses/s at peak, and more than 870
 * before the first request with instance-based billing, whose nine minimum instances alone are 749.
 */
export function estimateMonthlyCost(
  resources: readonly PolicyResource[],
  usage: Partial<Usage> = {},
): Estimate {
  const assumed: Usage = { ...ASSUMED_USAGE, ...usage };
  const subjects = resources.map(subjectOf);
  const services = subjects.filter(({ type }) => type === CLOUD_RUN_SERVICE);
  const atEdge = (service: Subject) =>
    service.props.at("ingress").text() === "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER";
  const edgeRequests = sumRanges(
    services.map((service) =>
      orNothing(() => (atEdge(service) ? monthlyRequests(service, assumed) : NOTHING)),
    ),
  );
  const instances = sumRanges(services.map((service) => orNothing(() => instancesOf(service))));
  const rules = subjects.filter(({ type }) => FORWARDING_RULES.includes(type));

  const lines = [
    ...subjects.flatMap((resource): CostLine[] => {
      const { urn, type, name } = resource;
      if (type === CLOUD_RUN_SERVICE) {
        return [
          of(
            resource,
            known(urn, `Cloud Run ${name}`, () => cloudRunCost(resource, assumed)),
          ),
        ];
      }
      const pricing = Object.hasOwn(PRICINGS, type) ? PRICINGS[type] : undefined;
      if (pricing === undefined) return [];
      return [
        of(
          resource,
          known(urn, name, () => pricing(resource, { usage: assumed, edgeRequests, instances })),
        ),
      ];
    }),
    ...loadBalancing(rules, edgeRequests, assumed),
  ];
  return {
    ...toCents(sumRanges(lines.filter(hasPrice))),
    lines,
    services: grouped(lines, "service"),
    systems: grouped(lines, "system"),
  };
}
