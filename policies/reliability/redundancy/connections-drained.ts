import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { BACKEND_SERVICE, REGION_BACKEND_SERVICE } from "../../types.ts";

export const connectionsDrained: Policy = {
  id: "connections-drained",
  title: "A load balancer must let requests end when it takes an instance out.",
  severity: "medium",
  level: "mandatory",
  why: "With 0 s every rollout and every scaling down cuts off the requests that are under way.",
  fix: "Leave connectionDrainingTimeoutSec out, which means 300 s for a global backend service, or set the longest request's time.",
  example: {
    typescript: `new gcp.compute.BackendService("api", {
  protocol: "HTTPS",
  connectionDrainingTimeoutSec: 60,
});`,
  },
  types: [BACKEND_SERVICE, REGION_BACKEND_SERVICE],
  check: ({ props }) => {
    const drain = props.at("connectionDrainingTimeoutSec");
    return drain.number() === 0 ? [violation(drain, "is 0: requests under way are cut off")] : [];
  },
};
