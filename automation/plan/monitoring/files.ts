import { alertmanagerConfig } from "../../../components/alerting/alertmanager.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { systemRules } from "../../../components/alerting/rules.ts";
import { dashboardFiles } from "../../../components/dashboards/files.ts";
import { openSloText } from "../../objectives/text.ts";
import { gatesText } from "../../rollout/gate-text.ts";
import { yamlText } from "../kubernetes/yaml.ts";
import type { Json } from "../wire.ts";
import { ruleGroupsText } from "./rules-text.ts";

/** Stands at the head of each file that a person might be tempted to change. */
const DERIVED = "Derived from what the systems promise: change the declarations, not this file.";

const plain = (value: unknown) => value as Json;

/** A system's rules, as Prometheus reads them. */
export function rulesText(facts: MonitoringFacts): string {
  return `# ${DERIVED}\n${ruleGroupsText(systemRules(facts))}`;
}

/** Alertmanager's configuration for all systems. */
function alertmanagerText(systems: readonly MonitoringFacts[]): string {
  return yamlText(
    plain(alertmanagerConfig(systems)),
    `${DERIVED}\nAlertmanager reads each secret from a file in /etc/alertmanager/secrets, named as below.`,
  );
}

/**
 * What watches a plan's systems without Pulumi, by path: `prometheus/<system>.rules.yaml` and the gates of its releases, `alertmanager/alertmanager.yaml`,
 * `grafana/<system>.json`, one for its smoke tests and one for each of its services, `openslo/<system>.yaml`. Pure.
 */
export function monitoringFiles(systems: readonly MonitoringFacts[]): ReadonlyMap<string, string> {
  return new Map([
    ...(systems.length === 0
      ? []
      : ([["alertmanager/alertmanager.yaml", alertmanagerText(systems)]] as [string, string][])),
    ...systems.flatMap((facts): [string, string][] => [
      [`prometheus/${facts.system}.rules.yaml`, rulesText(facts)],
      [`prometheus/${facts.system}.gates.json`, gatesText(facts.services)],
      [`openslo/${facts.system}.yaml`, openSloText([facts])],
      ...[...dashboardFiles(facts)].map(([name, text]): [string, string] => [`grafana/${name}`, text]),
    ]),
  ]);
}
