import type { AlertingRule, RecordingRule, RuleGroup } from "../../components/alerting/rule.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A duration of Prometheus, such as `1h30m`, divided; in milliseconds, as Prometheus writes them. */
function divided(duration: string, divisor: number): string {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== duration) {
    throw new Error(`"${duration}" is no duration of Prometheus`);
  }
  const milliseconds = parts.reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
  return `${Math.max(1, Math.round(milliseconds / divisor))}ms`;
}

/** PromQL whose ranges and steps are divided, and the seconds that each look at a rate stands for. */
function fastExpression(expression: string, divisor: number): string {
  return expression
    .replaceAll(/\[([^\]:]+)(?::([^\]]*))?\]/g, (_, range: string, step: string | undefined) => {
      const every = step === undefined ? "" : `:${step === "" ? "" : divided(step, divisor)}`;
      return `[${divided(range, divisor)}${every}]`;
    })
    .replaceAll(
      /\b(\d+) \* sum_over_time/g,
      (_, seconds: string) => `${Number(seconds) / divisor} * sum_over_time`,
    );
}

function fastRule<R extends AlertingRule | RecordingRule>(rule: R, divisor: number): R {
  const wait = "for" in rule && rule.for !== undefined ? { for: divided(rule.for, divisor) } : {};
  return { ...rule, expr: fastExpression(rule.expr, divisor), ...wait };
}

/**
 * The same rules in a time that passes `divisor` times as fast: every interval, `for`, range and step is divided, and so is the
 * number of seconds by which a sum of rates becomes a count. Nothing else changes: thresholds, names and labels stay, also a
 * label `window` that says `1h`. What scrapes has to be as much faster.
 */
export function fastRules(groups: readonly RuleGroup[], divisor: number): RuleGroup[] {
  return groups.map(({ interval, rules, ...group }) => ({
    ...group,
    interval: divided(interval, divisor),
    rules: rules.map((rule) => fastRule(rule, divisor)),
  }));
}
