import type { NormalizedAlert } from "../../../components/alerting/alert.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { RuleCase } from "./case.ts";
import { instrumentOf, named, type Readings } from "./instruments.ts";
import { increase, latest, type Ranges } from "./prometheus-math.ts";
import { type Course, counter, gauge, spell } from "./series.ts";

/** A fixed alert's condition as tests play it. */
export interface Condition {
  /** Levels: well on the good side, just short of what is too much, and just beyond. */
  readonly good: number;
  readonly near: number;
  readonly bad: number;
  /** Seconds that it looks back. */
  readonly over: number;
  /** Whether what isn't there counts as bad. */
  readonly orAbsent?: boolean;
  play(course: Course): Readings & { holds(at: number, ranges: Ranges): boolean };
}

const LOOKBACK = 300;

/** Series of a fixed alert's metric: the service's own, and those of another environment, where everything is bad. */
function ownLabels({ environment, system }: MeasuredService, { service, condition }: NormalizedAlert) {
  const by = "by" in condition ? (condition.by ?? []) : [];
  return {
    environment,
    system,
    ...(service === undefined ? {} : { service }),
    ...Object.fromEntries(by.map((label) => [label, "one"])),
  };
}

function countCondition(
  service: MeasuredService,
  alert: NormalizedAlert & { condition: { kind: "count" } },
): Condition {
  const { metric, above, overSeconds: over } = alert.condition;
  const labels = ownLabels(service, alert);
  return {
    good: 0,
    near: (0.97 * above) / over,
    // Half an event more than there may be, or one in a whole range.
    bad: (above + (above === 0 ? 1 : 0.5)) / over,
    over,
    play: (course) => {
      const counted = counter(named(metric, { ...labels, revision: "r1" }), course, course.level);
      const foreign = counter(named(metric, { ...labels, environment: "development" }), course, () => 1);
      return {
        series: [counted, foreign],
        holds: (at, ranges) => (increase(counted, at, over, ranges) ?? 0) > above,
      };
    },
  };
}

function valueCondition(
  service: MeasuredService,
  alert: NormalizedAlert & { condition: { kind: "value" } },
): Condition {
  const { metric, above, below, aggregate, orAbsent } = alert.condition;
  const labels = ownLabels(service, alert);
  const edge = above ?? below ?? 0;
  const beyond = above === undefined ? (value: number) => value < edge : (value: number) => value > edge;
  return {
    good: above === undefined ? edge * 2 : 0,
    near: edge,
    bad: above === undefined ? edge * 0.97 : edge * 1.03,
    over: 0,
    orAbsent,
    play: (course) => {
      const one = gauge(named(metric, { ...labels, instance: "a" }), course, course.level);
      // Another instance that does not tip the balance, and another environment where everything is wrong.
      const calm = aggregate === "min" ? edge * 3 : 0;
      const other = gauge(named(metric, { ...labels, instance: "b" }), course, () => calm);
      const foreign = gauge(named(metric, { ...labels, environment: "development" }), course, () =>
        above === undefined ? 0 : edge * 9,
      );
      return {
        series: [one, other, foreign],
        holds: (at, ranges) => {
          const value = latest(one, at, ranges);
          return value === undefined ? orAbsent : beyond(value);
        },
      };
    },
  };
}

/** How a fixed alert is played. @throws Error where it is PromQL that nobody says how to play */
export function conditionOf(
  service: MeasuredService,
  alert: NormalizedAlert,
  own: Condition | undefined,
): Condition {
  if (own !== undefined) return own;
  const { condition } = alert;
  switch (condition.kind) {
    case "share": {
      const instrument = instrumentOf(service, condition.indicator, undefined);
      const threshold = condition.above / 100;
      const over = condition.overSeconds;
      return {
        good: 0,
        near: 0.97 * threshold,
        bad: Math.min(1, 1.25 * threshold),
        over,
        play: (course) => {
          const readings = instrument.play(course);
          const holds = (at: number, ranges: Ranges) => {
            const events = readings.events?.(at, over, ranges);
            return events !== undefined && events.bad / events.all > threshold;
          };
          return { ...readings, holds };
        },
      };
    }
    case "limit": {
      const instrument = instrumentOf(service, condition.indicator, undefined);
      const { good, limit } = instrument;
      const over = condition.overSeconds;
      return {
        good,
        near: 0.97 * limit,
        bad: 1.03 * limit,
        over,
        play: (course) => {
          const readings = instrument.play(course);
          const holds = (at: number, ranges: Ranges) =>
            (readings.figure?.(at, over, ranges) ?? Number.NaN) > limit;
          return { ...readings, holds };
        },
      };
    }
    case "count":
      return countCondition(service, { ...alert, condition });
    case "value":
      return valueCondition(service, { ...alert, condition });
    case "promql":
      throw new Error(`${alert.name}: nobody says how to play "${condition.expression}"`);
  }
}

/** When an alert fires whose condition holds at these evaluations: after it has held for as long as it has to. */
export function after(holds: readonly boolean[], every: number, wait: number): boolean[] {
  let since = 0;
  return holds.map((now, index) => {
    if (!now) since = index + 1;
    return now && (index - since) * every >= wait;
  });
}

const upTo = (value: number, step: number) => Math.ceil(value / step) * step;

/** Everything that is to be seen of a fixed alert. */
export function fixedCases(alert: NormalizedAlert, condition: Condition, ranges: Ranges): RuleCase[] {
  const { forSeconds, name } = alert;
  const { good, near, bad, over } = condition;
  const [every, scrape] = forSeconds > 7200 ? [300, 60] : [30, 15];
  const caseOf = (proves: RuleCase["proves"], course: Course): RuleCase => {
    const readings = condition.play(course);
    const moments = Array.from({ length: Math.floor(course.end / every) + 1 }, (_, index) => index * every);
    const holds = moments.map((at) => readings.holds(at, ranges));
    return { proves, course, readings, every, firing: after(holds, every, forSeconds) };
  };
  const from = upTo(over + 600, 300);
  /** Bad for some time, then good again. */
  const spellCase = (
    proves: RuleCase["proves"],
    lasts: number,
    change: (from: number, to: number) => Partial<Course> = () => ({}),
  ): RuleCase => {
    const to = upTo(from + lasts, scrape);
    const end = upTo(to + Math.max(over, LOOKBACK) + 600, 300);
    const found = caseOf(proves, { scrape, end, level: spell(good, bad, from, to), ...change(from, to) });
    if (found.firing.includes(true) !== (proves !== "before") || found.firing.at(-1) === true) {
      throw new Error(`${name}: a case that is to prove "${proves}" does not`);
    }
    return found;
  };
  const lasts = upTo(forSeconds + over + 900, 300);
  const middle = (start: number, to: number) => upTo((start + to) / 2, scrape);
  const gapsAt = (at: number): Pick<Course, "gaps"> => ({
    gaps: [
      [at, at + 180],
      [at + 600, at + 750],
    ],
  });
  const steady: Course = { scrape, end: from + lasts, level: () => near };
  /** Never, by the definition, whatever was reckoned. */
  const never = (proves: RuleCase["proves"], course: Course): RuleCase => ({
    proves,
    course,
    readings: condition.play(course),
    every,
    firing: Array.from({ length: Math.floor(course.end / every) + 1 }, () => false),
  });
  return [
    spellCase("fires", lasts),
    never("below", steady),
    never("below", { ...steady, resetAt: from }),
    never("below", { ...steady, ...gapsAt(from) }),
    spellCase("reset", lasts, (start, to) => ({ resetAt: middle(start, to) })),
    spellCase("gaps", lasts, (start, to) => gapsAt(middle(start, to))),
    // Over before it has held for long enough.
    ...(forSeconds < 60
      ? []
      : [spellCase("before", upTo(0.8 * over * (good === 0 && near > 0 ? 1 : 0) + forSeconds / 3, scrape))]),
    ...(condition.orAbsent === true ? absentCases(caseOf, forSeconds, scrape, good) : []),
    ...(over > 0 ? [never("idle", { ...steady, level: () => good, perSecond: () => 0 })] : []),
  ];
}

/** What isn't there at all counts as bad: from the beginning, and from when it vanished. */
function absentCases(
  caseOf: (proves: RuleCase["proves"], course: Course) => RuleCase,
  wait: number,
  scrape: number,
  good: number,
): RuleCase[] {
  const course: Course = { scrape, end: upTo(wait + 1800, 300), level: () => good };
  return [0, 600].map((vanishAt) => caseOf("fires", { ...course, vanishAt }));
}
