import { isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { CLOUD_RUN_INVOKER, CLOUD_RUN_SERVICE, MONITORING, UPTIME_CHECK } from "../../types.ts";
import { edgeOf, isAtEdge } from "../edge.ts";

function isProbed(stack: Stack): boolean {
  return (
    stack.ofType(UPTIME_CHECK).length > 0 ||
    stack
      .ofType(MONITORING)
      .some(({ props }) => props.at("uptime").items().length > 0 || props.at("smoke").present)
  );
}

function checkService(stack: Stack, edge: ReturnType<typeof edgeOf>, service: Subject): Finding | undefined {
  if (!isProduction(service) || !isAtEdge(edge, service) || isProbed(stack)) return undefined;
  return violation(
    service.props.at("ingress"),
    "lets users in, and nothing in the stack asks from outside whether they are answered",
  );
}

export const edgeProbed: Policy = {
  id: "edge-is-probed-from-outside",
  title: "What users reach from outside should be asked from outside, again and again.",
  severity: "medium",
  level: "advisory",
  why: "A service that gets no requests has no errors. A certificate that ran out, a name that leads nowhere and a firewall that is too strict show from outside only.",
  fix: "Declare an uptime check of the public address, or smoke tests by timetable.",
  example: {
    typescript: `new gcp.monitoring.UptimeCheckConfig("shop", {
  displayName: "shop: from outside",
  timeout: "10s",
  period: "300s",
  httpCheck: { path: "/health/readiness", useSsl: true, validateSsl: true },
  monitoredResource: { type: "uptime_url", labels: { host: "shop.example.com" } },
});`,
  },
  requirements: ["EA-11", "EA-16"],
  types: [CLOUD_RUN_SERVICE, CLOUD_RUN_INVOKER, UPTIME_CHECK, MONITORING],
  checkStack: (stack) => {
    const edge = edgeOf(stack);
    return each(stack.ofType(CLOUD_RUN_SERVICE), (service) =>
      parts(() => checkService(stack, edge, service)),
    );
  },
};
