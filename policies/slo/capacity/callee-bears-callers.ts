import { z } from "zod";
import { mostInstances } from "../../cloud-run.ts";
import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { AUTOSCALERS, mostPods } from "../../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE } from "../../types.ts";
import { CALL_TYPES, callsBy, GRANT_TYPES } from "../calls.ts";
import { PEAK_ANNOTATION } from "../capacity-covers-peak.ts";
import { figure } from "../duration.ts";
import { annotationsOf, ofTypes } from "../facts.ts";
import { statedCapacity } from "./stated-capacity.ts";

const settings = z.strictObject({
  callsPerRequest: z
    .record(z.string().regex(/^[^>]+>[^>]+$/, { error: 'must be "caller>callee"' }), z.number().min(0))
    .default({})
    .describe(
      'How many calls one request of a caller makes, by "caller>callee", the names of their resources.',
    ),
  otherwise: z
    .number()
    .min(0)
    .default(0.5)
    .describe("How many calls are assumed where nobody said: half of the requests make one."),
});

function checkCallee(
  stack: Stack,
  callee: Subject,
  callers: readonly Subject[],
  { callsPerRequest, otherwise }: z.output<typeof settings>,
): readonly Finding[] {
  if (!isProduction(callee)) return [];
  const own = statedCapacity(annotationsOf(callee));
  const most = callee.type === CLOUD_RUN_SERVICE ? mostInstances(callee) : mostPods(stack, callee)?.count;
  if (own === undefined || most === undefined) return [];
  const loads = callers.flatMap((caller) => {
    const stated = statedCapacity(annotationsOf(caller));
    const calls = callsPerRequest[`${caller.name}>${callee.name}`] ?? otherwise;
    return stated === undefined ? [] : [{ caller, calls, peak: stated.peak }];
  });
  const load = figure(loads.reduce((sum, { calls, peak }) => sum + calls * peak, 0));
  const capacity = figure(own.perInstance * most);
  if (loads.length === 0 || capacity >= load) return [];
  const sum = loads.map(({ caller, calls, peak }) => `${caller.name} ${peak} × ${calls}`).join(", ");
  return [
    violation(
      annotationsOf(callee).at(PEAK_ANNOTATION),
      `is ${own.peak}, and at their peaks its callers send ${load} requests/s (${sum}): all its ${most} instances bear ${capacity}`,
    ),
  ];
}

function checkStack(stack: Stack, context: Context): readonly Finding[] {
  const chosen = context.settings(settings);
  const callers = new Map<Subject, Set<Subject>>();
  const unread = each(ofTypes(stack, GRANT_TYPES), (grant) => {
    for (const { caller, callee } of callsBy(stack, grant))
      callers.set(callee, (callers.get(callee) ?? new Set()).add(caller));
    return undefined;
  });
  return [
    ...unread,
    ...each([...callers], ([callee, calling]) =>
      parts(() => checkCallee(stack, callee, [...calling], chosen)),
    ),
  ];
}

export const calleeBearsCallers: Policy = {
  id: "callee-bears-callers",
  title: "A service should bear what its callers send it at their peaks.",
  severity: "medium",
  level: "advisory",
  why: "A system fails at its narrowest place. That each service bears its own stated peak says nothing while the caller's peak is not what was stated of the callee.",
  fix: "Allow the callee more instances, let the caller wait or queue, or measure how many calls a request makes and say so (settings.callee-bears-callers.callsPerRequest).",
  example: {
    yaml: `slipway:policies:
  settings:
    callee-bears-callers:
      callsPerRequest:
        shop-backend>shop-model: 0.2`,
  },
  requirements: ["EA-14"],
  settings,
  types: [...CALL_TYPES, ...AUTOSCALERS],
  checkStack,
};
