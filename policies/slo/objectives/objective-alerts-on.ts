import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import { PYRRA, SLOTH } from "../../types.ts";

const NOBODY = "is true: the budget is reckoned, and nobody is told when it burns";

function checkSloth({ props }: Subject): Finding[] {
  return each(props.at("spec", "slos").items(), (objective) => {
    const alerting = objective.at("alerting");
    const [page, ticket] = [alerting.at("pageAlert", "disable"), alerting.at("ticketAlert", "disable")];
    return page.flag() === true && ticket.flag() === true ? violation(ticket, NOBODY) : undefined;
  });
}

function checkPyrra({ props }: Subject): Finding[] {
  const alerting = props.at("spec", "alerting");
  return parts(
    () => {
      const disabled = alerting.at("disabled");
      return disabled.flag() === true ? violation(disabled, NOBODY) : undefined;
    },
    () => {
      const burn = alerting.at("burnrates");
      return burn.flag() === false
        ? violation(burn, "is false: no alert tells when the budget burns")
        : undefined;
    },
  );
}

export const objectiveAlertsOn: ResourcePolicy = {
  id: "objective-alerts-on",
  title: "An objective of Sloth or Pyrra must keep its burn alerts.",
  severity: "high",
  level: "mandatory",
  why: "A promise that nobody is told about is broken for as long as it takes users to complain.",
  fix: "Let pageAlert or ticketAlert be (Sloth), and leave alerting.disabled and alerting.burnrates out (Pyrra); route what should wake nobody to a ticket.",
  example: {
    yaml: `apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata:
  name: shop
spec:
  service: shop
  slos:
    - name: availability
      objective: 99.5
      alerting:
        name: ShopAvailability
        pageAlert:
          disable: true`,
  },
  requirements: ["OS-05"],
  types: [SLOTH, PYRRA],
  check: (resource) =>
    adviceOutsideProduction(resource, resource.type === SLOTH ? checkSloth(resource) : checkPyrra(resource)),
};
