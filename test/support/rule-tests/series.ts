/** A sample: when it was scraped, in seconds since the start, and what it was. */
export type Sample = readonly [at: number, value: number];

/** A series as whoever scrapes it sees it. */
export interface Series {
  /** Name and labels, as PromQL writes them. */
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** How a service fares, as far as its own metrics tell. Times in seconds since the start. */
export interface Course {
  /** Between two scrapes. */
  readonly scrape: number;
  readonly end: number;
  /** How bad it is from a moment on: a share of events from 0 to 1, or a figure. Changes at scrapes only. */
  readonly level: (at: number) => number;
  /** Events per second. Default: 20. */
  readonly perSecond?: (at: number) => number;
  /** When its counters begin anew from 0. */
  readonly resetAt?: number;
  /** When it is not scraped: from, up to. */
  readonly gaps?: readonly (readonly [from: number, to: number])[];
  /** When its series vanish for good. */
  readonly vanishAt?: number;
}

/** Where counters stand at the start: nobody starts to look at a new service. */
const STANDS_AT = 5000;

const EVENTS = 20;

/** Events per second of a course. */
export function eventsPerSecond(course: Course, at: number): number {
  return course.perSecond?.(at) ?? EVENTS;
}

function scraped(course: Course, at: number): boolean {
  const { gaps = [], vanishAt = Number.POSITIVE_INFINITY } = course;
  return at < vanishAt && !gaps.some(([from, to]) => at > from && at < to);
}

function moments({ scrape, end }: Course): number[] {
  return Array.from({ length: Math.floor(end / scrape) + 1 }, (_, index) => index * scrape);
}

const rounded = (value: number) => Number(value.toFixed(6));

/** A counter that goes up by so much a second. */
export function counter(name: string, course: Course, perSecond: (at: number) => number): Series {
  let value = STANDS_AT;
  const samples = moments(course).map((at): Sample => {
    if (at === course.resetAt) value = 0;
    const sample: Sample = [at, rounded(value)];
    value += perSecond(at) * course.scrape;
    return sample;
  });
  return { name, samples: samples.filter(([at]) => scraped(course, at)) };
}

/** A gauge. */
export function gauge(name: string, course: Course, figure: (at: number) => number): Series {
  const samples = moments(course).map((at): Sample => [at, rounded(figure(at))]);
  return { name, samples: samples.filter(([at]) => scraped(course, at)) };
}

/** A series as promtool's tests write it: one value for each scrape, `_` where there was none. */
export function inputSeries({ name, samples }: Series, course: Course): { series: string; values: string } {
  const values = new Map(samples);
  return {
    series: name,
    values: moments(course)
      .map((at) => values.get(at) ?? "_")
      .join(" "),
  };
}

/** Good until `from`, bad until `to`, then good again. */
export function spell(good: number, bad: number, from: number, to: number): Course["level"] {
  return (at) => (at >= from && at < to ? bad : good);
}
