import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import { recorded } from "../../components/objectives/recorded.ts";
import { bucketQuery, trafficQuery } from "./answers.ts";
import type { MetricsSource, Track } from "./source.ts";

/** A moment at which a revision began to answer requests: seconds since 1970. */
export interface ReleaseMark {
  readonly revision: string;
  readonly at: number;
}

/** A service over time. */
export interface ServiceSeries {
  readonly system: string;
  readonly service: string;
  /** By `objective`, and its `by`: share of the budget that is left. */
  readonly budgets: readonly Track[];
  /** The same, and `window`. */
  readonly burns: readonly Track[];
  /** By `le`: requests per second within each edge, cumulative as Prometheus keeps them. */
  readonly latency: readonly Track[];
  /** By `code`: requests per second. */
  readonly traffic: readonly Track[];
  readonly releases: readonly ReleaseMark[];
}

/** What a page's charts are made from. Times are seconds since 1970. */
export interface Series {
  readonly from: number;
  readonly to: number;
  /** Seconds between two values of lines, and of the heat map's columns. */
  readonly step: number;
  readonly column: number;
  readonly services: readonly ServiceSeries[];
}

/** Points of a line: more than a chart has room for say nothing. */
const POINTS = 240;
const COLUMNS = 48;

/** No finer than what is scraped. */
const SCRAPE = 15;

/** Seconds that a rate is taken over, at least; and longer where values lie further apart, so that none is left out. */
const RATE = 120;

function stepOf(seconds: number, count: number): number {
  return Math.max(SCRAPE, Math.ceil(seconds / count / SCRAPE) * SCRAPE);
}

/** The revisions that began within a range: one that answered requests when it began is none. */
function releasesOf(tracks: readonly Track[], from: number, step: number): ReleaseMark[] {
  return tracks
    .flatMap(({ labels, points }) => {
      const first = points.find(([, value]) => value > 0);
      return first === undefined || first[0] <= from + step
        ? []
        : [{ revision: labels.revision ?? "unknown", at: first[0] }];
    })
    .sort((a, b) => a.at - b.at);
}

/** Asks for everything that the charts of these systems show. @param seconds how far back */
export async function askSeries(
  source: MetricsSource,
  facts: readonly MonitoringFacts[],
  to: Date,
  seconds: number,
): Promise<Series> {
  const step = stepOf(seconds, POINTS);
  const column = stepOf(seconds, COLUMNS);
  const from = new Date(to.getTime() - seconds * 1000);
  const rate = Math.max(RATE, step);
  const ask = (promql: string, every = step) => source.range(promql, from, to, every);
  const ofService = async (service: MeasuredService): Promise<ServiceSeries> => {
    const objectives = service.objectives.map(({ name }) => name);
    const all = (what: "budget" | "burn") =>
      Promise.all(objectives.map((objective) => ask(recorded(what, service, objective))));
    const [budgets, burns, latency, traffic, revisions] = await Promise.all([
      all("budget"),
      all("burn"),
      ask(bucketQuery(service, Math.max(rate, column)), column),
      ask(trafficQuery(service, service.metrics.code, rate)),
      ask(trafficQuery(service, "revision", rate)),
    ]);
    return {
      system: service.system,
      service: service.service,
      budgets: budgets.flat(),
      burns: burns.flat(),
      latency,
      traffic: traffic.map(({ labels, points }) => ({
        labels: { code: labels[service.metrics.code] ?? "" },
        points,
      })),
      releases: releasesOf(revisions, from.getTime() / 1000, step),
    };
  };
  const services = facts.flatMap((system) => system.services);
  return {
    from: from.getTime() / 1000,
    to: to.getTime() / 1000,
    step,
    column,
    services: await Promise.all(services.map(ofService)),
  };
}
