import { parts, violation } from "../core/finding.ts";
import type { Policy } from "../core/policy.ts";
import { CLOUD_RUN_SERVICE } from "../types.ts";

/** What Cloud Run calls the two kinds of ingress that no one on the internet reaches directly. */
const BEHIND = ["INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"];

export const ingressBehindEdge: Policy = {
  id: "ingress-behind-edge",
  title: "A service must not be reached past the edge.",
  severity: "high",
  level: "mandatory",
  why: "Whoever calls a service past the load balancer also gets past its firewall, its rate limit and its certificate.",
  fix: 'Set ingress to "INGRESS_TRAFFIC_INTERNAL_ONLY", or to "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" behind an edge.',
  requirements: ["EA-03"],
  types: [CLOUD_RUN_SERVICE],
  check: ({ props }) =>
    parts(
      () => {
        const ingress = props.at("ingress");
        if (!ingress.present)
          return violation(ingress, "is not set: Cloud Run's default lets the whole internet in");
        return BEHIND.includes(ingress.text() as string)
          ? []
          : violation(ingress, `is ${ingress.quote()}: the whole internet reaches it past the edge`);
      },
      () => {
        const unchecked = props.at("invokerIamDisabled");
        if (unchecked.flag() !== true) return [];
        const ingress = props.at("ingress").text();
        return ingress === "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
          ? []
          : violation(unchecked, "is true: whoever reaches it may call it, and it is not behind the edge");
      },
    ),
};
