import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { CALL_TYPES, callsBy, GRANT_TYPES } from "../calls.ts";
import { figure } from "../duration.ts";
import { factsOf, objectivesOf, ofTypes } from "../facts.ts";

/** The strictest availability that a service promises. */
function availabilityOf(resource: Subject): { readonly at: Property; readonly percent: number } | undefined {
  return factsOf(resource)
    .flatMap((facts) => objectivesOf(facts))
    .filter((objective) => objective.at("kind").text() === "availability")
    .map((objective) => ({
      at: objective.at("target"),
      percent: objective.at("target").number() ?? 0,
    }))
    .sort((one, other) => other.percent - one.percent)[0];
}

function checkCaller(caller: Subject, callees: readonly Subject[]): readonly Finding[] {
  if (!isProduction(caller)) return [];
  const own = availabilityOf(caller);
  const known = callees.flatMap((callee) => {
    const promised = availabilityOf(callee);
    return promised === undefined ? [] : [{ callee, percent: promised.percent }];
  });
  if (own === undefined || known.length === 0) return [];
  const product = figure(100 * known.reduce((all, { percent }) => (all * percent) / 100, 1));
  if (own.percent <= product) return [];
  const names = known.map(({ callee, percent }) => `${callee.name} ${percent} %`).join(", ");
  return [
    violation(
      own.at,
      `is ${own.percent} %, and what it calls promises ${product} % together (${names}): without a fallback it can't keep that`,
    ),
  ];
}

function checkStack(stack: Stack): readonly Finding[] {
  const callees = new Map<Subject, Set<Subject>>();
  const unread = each(ofTypes(stack, GRANT_TYPES), (grant) => {
    for (const { caller, callee } of callsBy(stack, grant))
      callees.set(caller, (callees.get(caller) ?? new Set()).add(callee));
    return undefined;
  });
  return [
    ...unread,
    ...each([...callees], ([caller, called]) => parts(() => checkCaller(caller, [...called]))),
  ];
}

export const objectiveDependencies: Policy = {
  id: "objective-within-dependencies",
  title: "A service should promise no more than what it calls does.",
  severity: "low",
  level: "advisory",
  why: "Where each answer needs three services of 99.9 %, 99.7 % is what can be kept. Who promises more has broken the promise on the day it was made.",
  fix: "Lower the target, raise the callee's, or answer without the callee when it fails: then exempt the finding and say so.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  annotations:
    slipway.dev/objectives: |
      [{"name": "availability", "kind": "availability", "target": 99.5, "windowDays": 30, "owner": "shop"}]`,
  },
  requirements: ["OS-04"],
  types: [...CALL_TYPES],
  checkStack,
};
