import { fewestInstances } from "../cloud-run.ts";
import type { Stack, Subject } from "../core/policy.ts";
import { isUnreadable } from "../core/unknown.ts";
import {
  ALERT_POLICY,
  CLOUD_RUN_SERVICE,
  FORWARDING_RULE,
  GLOBAL_FORWARDING_RULE,
  UPTIME_CHECK,
} from "../types.ts";
import { monthlyRequests, statedDemand } from "./cloud-run-cost.ts";
import { type CostLine, known, priced, sumRanges } from "./line.ts";
import { HOURS_PER_MONTH } from "./prices.ts";
import { secondsIn } from "./quantities.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Range, Usage } from "./usage.ts";

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

/** Millions of requests that come in through load balancers. */
export function edgeRequests(stack: Stack, usage: Usage): Range {
  const isAtEdge = (service: Subject) =>
    service.props.at("ingress").text() === "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER";
  return sumRanges(
    stack
      .ofType(CLOUD_RUN_SERVICE)
      .map((service) => orNothing(() => (isAtEdge(service) ? monthlyRequests(service, usage) : NOTHING))),
  );
}

/** Instances that may use NAT at once. */
export function natInstances(stack: Stack): Range {
  return sumRanges(
    stack.ofType(CLOUD_RUN_SERVICE).map((service) =>
      orNothing(() => {
        const { peak, perInstance } = statedDemand(service);
        const fewest = fewestInstances(service);
        return {
          low: fewest,
          expected: fewest,
          high: Math.max(fewest, Math.ceil(peak / (perInstance || 1))),
        };
      }),
    ),
  );
}

/** A line of several resources, which stands at the first of them. */
export interface SharedLine {
  readonly of: Subject;
  readonly line: CostLine;
}

/** All load balancers' rules, their data, and what leaves for the internet. */
function loadBalancing({ stack, usage, edgeRequests: requests }: Surroundings): SharedLine[] {
  const rules = [GLOBAL_FORWARDING_RULE, FORWARDING_RULE].flatMap((type) => stack.ofType(type));
  const [first] = rules;
  if (first === undefined) return [];
  const data: Range = {
    low: (requests.low * 1e6 * usage.answerKibibytes.low) / KIBIBYTES_PER_GIBIBYTE,
    expected: (requests.expected * 1e6 * usage.answerKibibytes.expected) / KIBIBYTES_PER_GIBIBYTE,
    high: (requests.high * 1e6 * usage.answerKibibytes.high) / KIBIBYTES_PER_GIBIBYTE,
  };
  const line = priced(first.urn, `load balancing, ${rules.length} forwarding rules`, {
    "network.forwarding-rules": HOURS_PER_MONTH,
    "network.forwarding-rule-more": HOURS_PER_MONTH * Math.max(0, rules.length - RULES_PER_PRICE),
    "network.load-balancer-data": data,
    "network.egress": data,
  });
  return [{ of: first, line }];
}

/** Places that a check is made from: three in the USA, one in each other region; all six where none is named. */
const PLACES: Record<string, number> = { USA: 3, EUROPE: 1, SOUTH_AMERICA: 1, ASIA_PACIFIC: 1 };
const ALL_PLACES = 6;

/** The provider's own default. */
const CHECK_PERIOD = 300;

/** Checks that a project makes for nothing in a month, and how many a price is for. */
const [FREE_CHECKS, CHECKS_PER_PRICE] = [1e6, 1000];

/** Uptime checks: what a project has for nothing is far more than most make. */
function uptimeChecks({ stack }: Surroundings): SharedLine[] {
  const checks = stack.ofType(UPTIME_CHECK);
  const [first] = checks;
  if (first === undefined) return [];
  const line = known(first.urn, "uptime checks", () => {
    const made = checks.reduce((sum, { props }) => {
      const regions = props.at("selectedRegions").items();
      const places = regions.reduce((count, region) => count + (PLACES[region.text() ?? ""] ?? 1), 0);
      const period = secondsIn(props.at("period").text() ?? "") ?? CHECK_PERIOD;
      return sum + ((places || ALL_PLACES) * HOURS_PER_MONTH * 3600) / period;
    }, 0);
    return priced(first.urn, `${checks.length} uptime checks`, {
      "monitoring.uptime-check": Math.max(0, made - FREE_CHECKS) / CHECKS_PER_PRICE,
    });
  });
  return [{ of: first, line }];
}

/** Alert policies: their price depends on what they look at, and is not in the table. */
function alertPolicies({ stack }: Surroundings): SharedLine[] {
  const policies = stack.ofType(ALERT_POLICY);
  const [first] = policies;
  if (first === undefined) return [];
  const what = `${policies.length} alert policies`;
  const line = known(first.urn, what, () =>
    priced(first.urn, what, {
      "monitoring.alert-policy": policies.filter(({ props }) => props.present).length,
    }),
  );
  return [{ of: first, line }];
}

/** What several resources cost together. */
export function sharedLines(surroundings: Surroundings): SharedLine[] {
  return [loadBalancing, uptimeChecks, alertPolicies].flatMap((lines) => lines(surroundings));
}
