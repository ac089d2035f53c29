import { type NormalizedAlert, SEVERITIES, type Severity } from "../../components/alerting/alert.ts";
import { uptimeAlertName } from "../../components/alerting/cloud/uptime.ts";
import type { MonitoringFacts, UptimeCheck } from "../../components/alerting/facts.ts";
import { type AlertingRule, isAlerting } from "../../components/alerting/rule.ts";
import { systemRules } from "../../components/alerting/rules.ts";
import { runbookAddress } from "../../components/alerting/runbook.ts";
import { burnAlertName } from "../../components/objectives/alert-names.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../components/objectives/objective.ts";

interface Named {
  /** The name that it has wherever it is shown; the heading of its paragraph. */
  readonly name: string;
  /** The page that it is on. */
  readonly runbook: string;
  /** The worst first, each once. */
  readonly severities: readonly Severity[];
  readonly owner: string;
  /** The rules of that name; none for what Prometheus does not watch. */
  readonly rules: readonly AlertingRule[];
}

/** An alert of a system, whatever it is derived from. */
export type PagedAlert = Named &
  (
    | {
        readonly kind: "burn" | "unmeasured";
        readonly service: MeasuredService;
        readonly objective: NormalizedObjective;
      }
    | {
        readonly kind: "fixed";
        /** One for each service that has it. */
        readonly alerts: readonly NormalizedAlert[];
      }
    | { readonly kind: "uptime"; readonly check: UptimeCheck }
  );

function severitiesOf(rules: readonly AlertingRule[]): Severity[] {
  return SEVERITIES.filter((severity) => rules.some(({ labels }) => labels.severity === severity));
}

/** The alert that rules of one name on one page are for. */
function ruleAlert(
  facts: MonitoringFacts,
  { runbook, name }: Pick<PagedAlert, "runbook" | "name">,
  rules: readonly AlertingRule[],
): PagedAlert {
  const { labels } = rules[0] as AlertingRule;
  const named = { name, runbook, severities: severitiesOf(rules), owner: labels.owner ?? "", rules };
  const service = facts.services.find((each) => each.service === labels.service);
  const objective = service?.objectives.find((each) => each.name === labels.objective);
  if (service !== undefined && objective !== undefined) {
    const kind = name === burnAlertName(service.service, objective.name) ? "burn" : "unmeasured";
    return { ...named, kind, service, objective };
  }
  const alerts = facts.alerts.filter((each) => each.name === name && each.runbook === runbook);
  return { ...named, kind: "fixed", alerts };
}

/** The page that a rule's link leads to. @throws RangeError where there is none: what `Monitoring` refuses */
function pageOf({ runbooks, runbookBase, system }: MonitoringFacts, { alert, annotations }: AlertingRule) {
  const page = runbooks.find(
    ({ name }) => runbookAddress(runbookBase, system, name, alert) === annotations.runbook_url,
  );
  if (page === undefined) throw new RangeError(`${alert} of ${system} leads to no runbook of it`);
  return page.name;
}

function uptimeAlert(check: UptimeCheck): PagedAlert {
  const { runbook, owner } = check;
  const name = uptimeAlertName(check);
  return { kind: "uptime", name, runbook, severities: ["page"], owner, rules: [], check };
}

/** Every alert of a system: those that rules are made for, in the rules' order, then what is asked for from outside. */
export function alertsOf(facts: MonitoringFacts): PagedAlert[] {
  const rules = systemRules(facts).flatMap((group) => group.rules.filter(isAlerting));
  const pages = Map.groupBy(rules, (rule) => pageOf(facts, rule));
  const ruled = [...pages].flatMap(([runbook, those]) =>
    [...Map.groupBy(those, ({ alert }) => alert)].map(([name, same]) =>
      ruleAlert(facts, { runbook, name }, same),
    ),
  );
  return [...ruled, ...facts.uptime.map(uptimeAlert)];
}
