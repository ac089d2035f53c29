/** A rule that keeps the result of a query as a series of its own. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A rule that tells someone. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** How long it has to hold, as PromQL writes durations. */
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Rules that Prometheus evaluates together, one after another. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** Whether a rule tells someone. */
export function isAlerting(rule: RecordingRule | AlertingRule): rule is AlertingRule {
  return "alert" in rule;
}
