import type { RuleCase } from "./case.ts";
import { after } from "./fixed-cases.ts";
import type { Instrument } from "./instruments.ts";
import type { Ranges } from "./prometheus-math.ts";
import type { Course } from "./series.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** How long nothing may be known of an objective. */
const WAIT = HOUR;

const every = 60;
const scrape = 30;

/**
 * What is to be seen of the alert that nothing is known of an objective: after an hour, not before.
 * @param range that events are counted over, in seconds: a query needs two scrapes in it
 */
export function unmeasuredCases(instrument: Instrument, range: number, ranges: Ranges): RuleCase[] {
  const good = { scrape, end: 2.5 * HOUR, level: () => instrument.good };
  const caseOf = (proves: RuleCase["proves"], course: Course): RuleCase => {
    const readings = instrument.play(course);
    const known = (at: number) => {
      if (readings.events !== undefined) return readings.events(at, range, ranges) !== undefined;
      const figure = readings.figure?.(at, range, ranges);
      return figure !== undefined && !Number.isNaN(figure);
    };
    const unknown = Array.from({ length: course.end / every + 1 }, (_, index) => !known(index * every));
    return { proves, course, readings, every, firing: after(unknown, every, WAIT) };
  };
  /** Nothing between these moments. */
  const silent = (from: number, to: number): Course => ({ ...good, gaps: [[from, to]] });
  const cases = [
    // Never there, then there.
    caseOf("fires", silent(-1, 2 * HOUR)),
    // There, then gone for good.
    caseOf("fires", { ...good, vanishAt: 20 * MINUTE }),
    // Back just before the hour is over.
    caseOf("below", silent(20 * MINUTE, 80 * MINUTE)),
    caseOf("reset", { ...silent(-1, 2 * HOUR), resetAt: 140 * MINUTE }),
    caseOf("gaps", {
      ...silent(-1, 2 * HOUR),
      gaps: [
        [-1, 2 * HOUR],
        [130 * MINUTE, 133 * MINUTE],
      ],
    }),
  ];
  for (const { proves, firing } of cases) {
    if (firing.includes(true) === (proves === "below")) throw new Error(`A case is not to prove "${proves}"`);
  }
  return cases;
}
