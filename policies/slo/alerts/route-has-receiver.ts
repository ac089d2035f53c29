import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ALERTMANAGER_CONFIG } from "../../types.ts";

/** Whether a receiver has any place that it sends to: `slackConfigs`, `pagerdutyConfigs` and so on. */
function sends(receiver: Property): boolean {
  return receiver.entries().some(([field, value]) => field.endsWith("Configs") && value.items().length > 0);
}

function checkRoute(route: Property, receivers: ReadonlyMap<string, Property>): Finding[] {
  const at = route.at("receiver");
  return [
    ...parts(() => {
      const name = at.text();
      // A route without one takes its parent's.
      if (name === undefined) return undefined;
      const receiver = receivers.get(name);
      if (receiver === undefined) return violation(at, `is ${at.quote()}, and there is no such receiver`);
      return sends(receiver)
        ? undefined
        : violation(at, `is ${at.quote()}, which sends to nobody: what is routed there is dropped`);
    }),
    ...parts(() => each(route.at("routes").items(), (child) => checkRoute(child, receivers))),
  ];
}

export const routeHasReceiver: ResourcePolicy = {
  id: "alert-route-has-receiver",
  title: "Each of an Alertmanager's routes must lead to a receiver that sends something.",
  severity: "high",
  level: "mandatory",
  why: "A receiver without a configuration is valid, and takes alerts without a word. The route looks complete, and drops them.",
  fix: "Give the receiver a configuration (pagerdutyConfigs, slackConfigs and so on), or name another one. What is to be dropped is dropped by a rule that isn't there.",
  example: {
    yaml: `apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata:
  name: shop
spec:
  route:
    receiver: oncall
  receivers:
    - name: oncall
      pagerdutyConfigs:
        - routingKey: { name: shop-pagerduty, key: key }`,
  },
  requirements: ["OS-05"],
  types: [ALERTMANAGER_CONFIG],
  check: ({ props }) =>
    parts(() => {
      const spec = props.at("spec");
      const receivers = new Map(
        spec
          .at("receivers")
          .items()
          .map((receiver) => [receiver.at("name").text() ?? "", receiver] as const),
      );
      return checkRoute(spec.at("route"), receivers);
    }),
};
