import { each, notEvaluated, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { referred } from "../../references.ts";
import { CLOUD_RUN_SERVICE } from "../../types.ts";
import { membersOf } from "../access/iam.ts";
import { declared } from "../field.ts";

const GRANTS = ["Member", "Binding", "Policy"].map(
  (kind) => `gcp:cloudrunv2/serviceIam${kind}:ServiceIam${kind}`,
);
const EDGE = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER";

function checkGrant(stack: Stack, grant: Subject): readonly Finding[] {
  return each(membersOf(grant), (read) => {
    const given = read();
    if (given?.member !== "allUsers") return undefined;
    const service = referred(stack, grant, "name", [CLOUD_RUN_SERVICE], ["name", "id"]);
    if (service === undefined) {
      return notEvaluated(
        grant.urn,
        "the service that everyone may call is not in this stack, so its ingress can't be seen",
      );
    }
    const ingress = service.props.at("ingress");
    return ingress.text() === EDGE
      ? undefined
      : violation(
          given.at,
          `lets "allUsers" call ${service.name}, whose ingress is ${ingress.quote()} and not "${EDGE}"`,
        );
  });
}

export const publicInvokerBehindEdge: Policy = {
  id: "public-invoker-behind-edge",
  title: "Everyone may call a service only where it stands behind the edge.",
  severity: "high",
  level: "mandatory",
  why: "A load balancer does not sign its requests, so a service behind it must let allUsers call; anywhere else that opens it to all.",
  fix: `Set the service's ingress to "${EDGE}", or name the accounts that may call it.`,
  requirements: ["EA-03"],
  example: declared("cloudrunv2.Service", `location: "us-east1", ingress: "${EDGE}", template: {}`),
  frameworks: { owasp: ["A01"] },
  types: [CLOUD_RUN_SERVICE, ...GRANTS],
  checkStack: (stack) =>
    each(
      GRANTS.flatMap((type) => stack.ofType(type)),
      (grant) => checkGrant(stack, grant),
    ),
};
