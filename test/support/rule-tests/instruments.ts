import type { NormalizedIndicator } from "../../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { latest, quantile, type Ranges, rateOf } from "./prometheus-math.ts";
import { type Course, counter, eventsPerSecond, gauge, type Series } from "./series.ts";

/** What a service exports for an indicator, and what the indicator means by it. */
export interface Readings {
  /** Series that there are, those of others among them, which must not matter. */
  readonly series: readonly Series[];
  /** Events: bad and all, per second over a range that ends at a moment; undefined: nothing is known. */
  events?(at: number, range: number, ranges: Ranges): { bad: number; all: number } | undefined;
  /** A share of time: the figure at a moment; undefined or NaN: nothing is known. */
  figure?(at: number, range: number, ranges: Ranges): number | undefined;
}

/** An indicator as tests play it. */
export interface Instrument {
  /** `events`: its courses tell the share of bad events. `time`: they tell the figure. */
  readonly unit: "events" | "time";
  /** For time: what the figure must not be above. */
  readonly limit: number;
  /** A figure that is well within the limit. */
  readonly good: number;
  play(course: Course): Readings;
}

type Labels = Readonly<Record<string, string>>;

/** A series' name as PromQL writes it. */
export function named(metric: string, labels: Labels): string {
  return `${metric}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(",")}}`;
}

/** One kind of counted events: its metric, its own labels, and how many there are a second. */
interface Counts {
  readonly metric: string;
  readonly labels?: Labels;
  readonly perSecond: (course: Course, at: number) => number;
}

const all: Counts["perSecond"] = (course, at) => eventsPerSecond(course, at);
const bad: Counts["perSecond"] = (course, at) => eventsPerSecond(course, at) * course.level(at);
const good: Counts["perSecond"] = (course, at) => eventsPerSecond(course, at) * (1 - course.level(at));
const share =
  (of: Counts["perSecond"], part: number): Counts["perSecond"] =>
  (course, at) =>
    of(course, at) * part;

/** What is counted of an indicator: everything, and what tells bad from good; `beside` is what must not matter. */
interface Sides {
  readonly total: readonly Counts[];
  readonly side: "bad" | "good";
  readonly counted: readonly Counts[];
  readonly beside?: readonly Counts[];
}

function sidesOf({ metrics }: MeasuredService, indicator: NormalizedIndicator): Sides {
  const { requests, duration, health, code, route: routeLabel } = metrics;
  const { route, thresholdSeconds = 0, probe = "readiness" } = indicator;
  switch (indicator.kind) {
    case "availability": {
      const failed = { metric: requests, labels: { [code]: "503" }, perSecond: bad };
      return {
        side: "bad",
        counted: [failed],
        // What the caller did wrong is no failure of the service.
        total: [
          failed,
          { metric: requests, labels: { [code]: "200" }, perSecond: share(good, 0.75) },
          { metric: requests, labels: { [code]: "404" }, perSecond: share(good, 0.25) },
        ],
      };
    }
    case "latency": {
      const of: Labels = { [routeLabel]: route ?? "/" };
      const other: Labels = { [routeLabel]: "/elsewhere" };
      return {
        side: "good",
        total: [{ metric: `${duration}_count`, labels: of, perSecond: all }],
        counted: [
          { metric: `${duration}_bucket`, labels: { ...of, le: String(thresholdSeconds) }, perSecond: good },
        ],
        beside: [
          { metric: `${duration}_bucket`, labels: { ...of, le: "+Inf" }, perSecond: all },
          ...(route === undefined ? [] : [{ metric: `${duration}_count`, labels: other, perSecond: all }]),
        ],
      };
    }
    case "health": {
      const answers = (endpoint: string, status: string, perSecond: Counts["perSecond"]) => ({
        metric: health,
        labels: { endpoint, status },
        perSecond,
      });
      const failed = answers(probe, "failure", bad);
      return {
        side: "bad",
        counted: [failed],
        total: [failed, answers(probe, "success", good)],
        beside: [answers("another", "failure", all)],
      };
    }
    default: {
      const { total = "", good: goodMetric } = indicator;
      const counts = (metric: string, perSecond: Counts["perSecond"]) => ({
        // A query's metric is the only name in it.
        metric: /\b[a-z_]+_total\b/.exec(metric)?.[0] ?? metric,
        perSecond,
      });
      return goodMetric === undefined
        ? { side: "bad", counted: [counts(indicator.bad ?? "", bad)], total: [counts(total, all)] }
        : { side: "good", counted: [counts(goodMetric, good)], total: [counts(total, all)] };
    }
  }
}

/** Labels of an indicator's series beside those of its scrape: one value of whatever it is told apart by or narrowed to. */
function chosen({ where = {}, by = [] }: NormalizedIndicator): Labels {
  const narrowed = Object.entries(where).map(([label, match]) => [
    label,
    typeof match === "string" ? match : "matches" in match ? (match.matches.split("|")[0] ?? "") : "any",
  ]);
  return { ...Object.fromEntries(by.map((label) => [label, "one"])), ...Object.fromEntries(narrowed) };
}

/** Labels that whoever scrapes a service adds. */
function scraped({ environment, system, service }: MeasuredService, revision = "r1"): Record<string, string> {
  return { environment, system, service, revision };
}

function eventInstrument(service: MeasuredService, indicator: NormalizedIndicator): Instrument {
  const sides = sidesOf(service, indicator);
  const labels = { ...scraped(service), ...chosen(indicator) };
  return {
    unit: "events",
    limit: 0,
    good: 0,
    play: (course) => {
      const series = (of: readonly Counts[]) =>
        of.map(({ metric, labels: own, perSecond }) =>
          counter(named(metric, { ...labels, ...own }), course, (at) => perSecond(course, at)),
        );
      const total = series(sides.total);
      const counted = series(sides.counted);
      // The same metrics of another environment, where everything fails.
      const failing: Course = { scrape: course.scrape, end: course.end, level: () => 1 };
      const others = indicator.kind === "queries" ? [] : [...sides.total, ...sides.counted];
      const foreign = others.map(({ metric, labels: own, perSecond }) =>
        counter(named(metric, { ...labels, ...own, environment: "development" }), failing, (at) =>
          perSecond(failing, at),
        ),
      );
      const every = [...total, ...counted, ...series(sides.beside ?? []), ...foreign];
      return {
        series: [...new Map(every.map((each) => [each.name, each])).values()],
        events: (at, range, ranges) => {
          const events = rateOf(total, at, range, ranges);
          const found = rateOf(counted, at, range, ranges);
          if (events === undefined || found === undefined) return undefined;
          return { all: events, bad: sides.side === "bad" ? found : events - found };
        },
      };
    },
  };
}

/** Everybody's requests take up to a second; the slow route's, when it is bad, up to an edge that makes the difference. */
function deltaInstrument(service: MeasuredService, indicator: NormalizedIndicator): Instrument {
  const { route = "", against = "", thresholdSeconds: limit = 0, quantile: percent = 95 } = indicator;
  const { duration, route: routeLabel } = service.metrics;
  const FAST = 1;
  const SLOWEST = 100;
  return {
    unit: "time",
    limit,
    good: 0,
    play: (course) => {
      const late = (at: number) => course.level(at) > 0;
      const worst = Math.max(
        ...Array.from({ length: Math.floor(course.end / course.scrape) }, (_, index) =>
          course.level(index * course.scrape),
        ),
      );
      // With all of them in one bucket the quantile lies so far between its edges.
      const part = percent / 100;
      const edge = FAST + (Math.max(worst, 1e-3) - FAST * (1 - part)) / part;
      const bucket = (of: string, le: number, perSecond: (at: number) => number) =>
        counter(
          named(`${duration}_bucket`, {
            ...scraped(service),
            [routeLabel]: of,
            le: le === Number.POSITIVE_INFINITY ? "+Inf" : String(le),
          }),
          course,
          perSecond,
        );
      const events = (at: number) => eventsPerSecond(course, at);
      const buckets = (of: string, slow: boolean) =>
        [FAST, edge, SLOWEST, Number.POSITIVE_INFINITY].map((le, index): readonly [number, Series] => [
          le,
          bucket(of, le, (at) => (slow && index === 0 && late(at) ? 0 : events(at))),
        ]);
      const slow = buckets(route, true);
      const fast = buckets(against, false);
      const figure = (of: typeof slow, at: number, range: number, ranges: Ranges) =>
        quantile(
          part,
          of.map(([le, series]) => [le, rateOf([series], at, range, ranges) ?? 0]),
        );
      return {
        series: [...slow, ...fast].map(([, series]) => series),
        figure: (at, range, ranges) => figure(slow, at, range, ranges) - figure(fast, at, range, ranges),
      };
    },
  };
}

/** A gauge of two instances, of which the worse counts. */
function saturationInstrument(service: MeasuredService, indicator: NormalizedIndicator): Instrument {
  const { used = "", capacity = 100, limit = 100 } = indicator;
  const of = typeof capacity === "number" ? capacity : 50;
  const labels = { ...scraped(service), ...chosen(indicator) };
  return {
    unit: "time",
    limit,
    good: limit / 2,
    play: (course) => {
      const each = gauge(named(used, labels), course, (at) => (course.level(at) * of) / 100);
      const idle = gauge(named(used, { ...labels, revision: "r0" }), course, () => 0);
      const size = typeof capacity === "number" ? [] : [gauge(named(capacity, labels), course, () => of)];
      return {
        series: [each, idle, ...size],
        figure: (at, _range, ranges) => {
          const value = latest(each, at, ranges);
          return value === undefined ? undefined : (100 * value) / of;
        },
      };
    },
  };
}

/** The moment of the last success, so that its age is the course's level. */
function freshnessInstrument(service: MeasuredService, indicator: NormalizedIndicator): Instrument {
  const { lastSuccess = "", maxAgeSeconds: limit = 0 } = indicator;
  return {
    unit: "time",
    limit,
    good: 0,
    play: (course) => {
      const last = gauge(named(lastSuccess, scraped(service)), course, (at) => at - course.level(at));
      return {
        series: [last],
        figure: (at, _range, ranges) => {
          const value = latest(last, at, ranges);
          return value === undefined ? undefined : at - value;
        },
      };
    },
  };
}

/** How an indicator of a service is played. @throws Error where it is PromQL that nobody says how to play */
export function instrumentOf(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  own: Instrument | undefined,
): Instrument {
  if (own !== undefined) return own;
  switch (indicator.kind) {
    case "delta":
      return deltaInstrument(service, indicator);
    case "freshness":
      return freshnessInstrument(service, indicator);
    case "saturation":
      if (!/^\w+$/.test(indicator.used ?? "")) {
        throw new Error(`${service.system}/${service.service}: nobody says how to play "${indicator.used}"`);
      }
      return saturationInstrument(service, indicator);
    default:
      return eventInstrument(service, indicator);
  }
}
