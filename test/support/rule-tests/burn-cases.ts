import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../../components/objectives/objective.ts";
import { baseOf, budgetOf, firing, type Tier } from "./burn-reckoning.ts";
import type { RuleCase } from "./case.ts";
import type { Instrument } from "./instruments.ts";
import type { Ranges } from "./prometheus-math.ts";
import { type Course, spell } from "./series.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How finely a tier is looked at: promtool evaluates everything as often. An event has to be seen, and once. */
function pace({ objective, tier: { long } }: Subject): { every: number; scrape: number } {
  const base = baseOf(objective);
  // Not 120 s: with 180 looks in 6 h, a window could be just as bad as it may be.
  const [every, scrape] = long <= HOUR ? [30, 15] : long <= 6 * HOUR ? [110, 30] : [300, 60];
  return { every: Math.min(every, base), scrape: Math.min(scrape, base / 4) };
}

/** One tier of an objective, and how it is played. */
interface Subject {
  readonly service: MeasuredService;
  readonly objective: NormalizedObjective;
  readonly tier: Tier;
  readonly instrument: Instrument;
  readonly ranges: Ranges;
}

function caseOf(subject: Subject, proves: RuleCase["proves"], course: Course, every: number): RuleCase {
  const { objective, tier, instrument, ranges } = subject;
  const readings = instrument.play(course);
  const { end } = course;
  const burning = { objective, tier, every, limit: instrument.limit, end };
  return { proves, course, readings, every, firing: firing(readings, burning, ranges) };
}

const upTo = (value: number, step: number) => Math.ceil(value / step) * step;

/**
 * Good for `history`, then much worse than allowed until a while after it has to fire, then good again until a while after
 * it has to be over.
 */
function spellCase(
  subject: Subject,
  proves: RuleCase["proves"],
  history: number,
  change: (from: number, to: number) => Partial<Course> = () => ({}),
): RuleCase {
  const { tier, instrument, objective } = subject;
  const { every, scrape } = pace(subject);
  const threshold = budgetOf(objective) * tier.factor;
  const isTime = instrument.unit === "time";
  // No whole number, so that no window is ever just as bad as it may be.
  const share = isTime ? 1 : Math.min(0.97, threshold * 7.77);
  const part = threshold / share;
  const needed = Math.min(part * tier.long, (part / (1 - part)) * history);
  const from = upTo(history, 300) + (isTime ? scrape : 0);
  const to = from + upTo(needed * 1.2 + tier.short / 2 + 600, 300);
  const course: Course = {
    scrape,
    level: spell(instrument.good, isTime ? instrument.limit * 1.03 : share, from, to),
    end: upTo(to + tier.short * 1.1 + 600, 300),
    ...change(from, to),
  };
  const found = caseOf(subject, proves, course, every);
  if (!found.firing.includes(true) || found.firing.at(-1) === true) {
    throw new Error(`${objective.name}: a case that is to fire and to end does not`);
  }
  return found;
}

/** Just below what is allowed, all the time: whatever is reckoned, by the definition it must never fire. */
function belowCases(subject: Subject): RuleCase[] {
  const { tier, instrument, objective } = subject;
  const { every, scrape } = pace(subject);
  const threshold = 0.97 * budgetOf(objective) * tier.factor;
  const end = upTo(Math.min(tier.long, 10 * HOUR) * 1.2, 300);
  const below = (course: Course, proves: RuleCase["proves"] = "below"): RuleCase => ({
    proves,
    course,
    readings: instrument.play(course),
    every,
    firing: Array.from({ length: Math.floor(course.end / every) + 1 }, () => false),
  });
  const level = instrument.unit === "events" ? threshold : 0.97 * instrument.limit;
  const steady: Course = { scrape, end, level: () => level };
  const half = { ...steady, end: upTo(end / 2, 300) };
  const middle = upTo(end / 4, scrape);
  const cases = [
    below(steady),
    below({ ...half, resetAt: middle }),
    below({
      ...half,
      gaps: [
        [middle, middle + 180],
        [middle + 900, middle + 1050],
      ],
    }),
  ];
  if (instrument.unit === "events") return cases;
  // Beyond the limit, but for too small a part of the time.
  const from = upTo(tier.long, 300);
  const to = from + Math.floor((threshold * tier.long - 300) / every) * every;
  const level2 = spell(instrument.good, instrument.limit * 1.5, from, to);
  return [...cases, below({ scrape, end: upTo(to + tier.short, 300), level: level2 })];
}

/** Everything fails, but there is next to nothing: four times, a few minutes apart, so many events at once. */
function fewCase(subject: Subject, atOnce: 1 | 3): RuleCase {
  const scrape = 15;
  const { every } = pace(subject);
  const apart = upTo(Math.min(600, subject.tier.long / 8), 60);
  const moments = new Set([1, 2, 3, 4].map((index) => 600 + index * apart + 150));
  const course: Course = {
    scrape,
    end: upTo(600 + 5 * apart + Math.min(subject.tier.long, 2 * HOUR), 300),
    level: () => 1,
    perSecond: (at) => (moments.has(at) ? atOnce / scrape : 0),
  };
  const found = caseOf(subject, atOnce === 1 ? "few" : "fires", course, every);
  if (found.firing.includes(true) !== (atOnce === 3)) {
    throw new Error(
      `${subject.objective.name}: ${4 * atOnce} bad events are to fire only if there are 5 or more`,
    );
  }
  return found;
}

/** Its series are there, and nothing happens: no news, neither good nor bad. */
function idleCase(subject: Subject): RuleCase {
  const { instrument } = subject;
  const { every, scrape } = pace(subject);
  const end = HOUR / 2;
  const course: Course = { scrape, end, level: () => instrument.good, perSecond: () => 0 };
  return {
    proves: "idle",
    course,
    readings: instrument.play(course),
    every,
    firing: Array.from({ length: Math.floor(end / every) + 1 }, () => false),
  };
}

/** Everything that is to be seen of one tier's alert. */
export function burnCases(subject: Subject): RuleCase[] {
  const { tier, instrument } = subject;
  const shorter = Math.max(tier.long / 12, tier.short);
  return [
    spellCase(subject, "fires", tier.long + 300),
    ...belowCases(subject),
    spellCase(subject, "reset", shorter, (from, to) => ({ resetAt: upTo((from + to) / 2, 60) })),
    spellCase(subject, "gaps", shorter, (from, to) => ({
      gaps: [
        [from + 60, from + 240],
        [upTo((from + to) / 2, 60), upTo((from + to) / 2, 60) + 180],
      ],
    })),
    idleCase(subject),
    ...(instrument.unit === "events" ? [fewCase(subject, 1), fewCase(subject, 3)] : []),
  ];
}
