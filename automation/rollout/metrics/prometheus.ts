import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { selector } from "../../../components/objectives/promql.ts";
import { serviceLabels } from "../../../components/objectives/queries.ts";
import { RECORDED } from "../../../components/objectives/recorded.ts";
import type { PrometheusSource } from "../../status/prometheus.ts";
import type { Compared, Gate, GateReading, Reading, RolloutMetrics } from "../gate.ts";
import { type Asking, promQuestion, promqlOf, type Question, readingOf } from "./questions.ts";
import { NOTHING, readings, unanswered } from "./reading.ts";

/** Longest that one answer may take, in seconds: the next look comes soon. */
export const ANSWER_SECONDS = 10;

/** Questions that are under way at once. */
const AT_ONCE = 8;

/** Works on everything, so many at a time; results are in the order of what they are of. */
async function bounded<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = all.entries();
  const worker = async () => {
    // One iterator for all workers: each takes the next.
    for (const [index, one] of left) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** Remarks that don't make an answer wrong, such as that a counter's name is unusual. */
const HARMLESS = /^PromQL info/;

/** One question's answer; a failure is an answer, too. @param seconds that its range has */
export async function reading(
  source: PrometheusSource,
  question: Question,
  at: Date,
  seconds: number,
): Promise<Reading> {
  try {
    const { samples, warnings } = await source.look(promqlOf(question), at);
    const [warning] = warnings.filter((each) => !HARMLESS.test(each));
    // A part of the truth may be the good part.
    if (warning !== undefined) return unanswered(`${source.address} answers with a warning: ${warning}`);
    return readingOf(question, samples, seconds);
  } catch (error) {
    return unanswered((error as Error).message);
  }
}

/** How far back a figure is reckoned, in seconds: over a step of a day nobody would see that the CPU is at its end since an hour. */
const LATELY_SECONDS = 300;

/** Whether a gate is about one figure that Slipway reckons: a plan's own query says itself how far back it looks. */
function isFigure({ unit, measure }: Gate): boolean {
  return unit === "value" && measure.kind !== "query";
}

/** What another source than a plain Prometheus does otherwise. */
export interface PrometheusMetricsOptions {
  readonly asking?: Asking;
  /** Shortest range that says anything, in seconds; before that nothing is known. Default: 1. */
  readonly shortest?: number;
}

/**
 * Asks a Prometheus, or what speaks its HTTP API: one query for each gate and version. Counts are `rate` times the seconds since
 * the step began, so a range that has no two scrapes yet is nothing. What a series counted before its first scrape is not in it:
 * Prometheus doesn't know when that was.
 */
export class PrometheusMetrics implements RolloutMetrics {
  readonly address: string;
  readonly #source: PrometheusSource;
  readonly #asking: Asking;
  readonly #shortest: number;

  constructor(
    source: PrometheusSource,
    { asking = promQuestion, shortest = 1 }: PrometheusMetricsOptions = {},
  ) {
    this.address = source.address;
    this.#source = source;
    this.#asking = asking;
    this.#shortest = shortest;
  }

  async look(
    service: MeasuredService,
    gates: readonly Gate[],
    versions: Compared,
    since: Date,
    until: Date,
  ): Promise<{ readonly readings: readonly GateReading[] }> {
    const seconds = Math.round((until.getTime() - since.getTime()) / 1000);
    if (seconds < this.#shortest) return { readings: readings(gates, versions, () => NOTHING) };
    const questions: (() => Promise<Reading>)[] = [];
    const asked = readings(gates, versions, (gate, revision) => {
      const range = isFigure(gate) ? Math.min(seconds, LATELY_SECONDS) : seconds;
      const question = this.#asking(service, gate, revision, range);
      questions.push(() => reading(this.#source, question, until, range));
      return questions.length - 1;
    });
    const answers = await bounded(questions, (ask) => ask());
    const answer = (index: number) => answers[index] ?? NOTHING;
    return {
      readings: asked.map(({ gate, candidate, stable }) => ({
        gate,
        candidate: answer(candidate),
        ...(stable === undefined ? {} : { stable: answer(stable) }),
      })),
    };
  }

  /** As the rules have recorded them, the worst where an objective has several; undefined where none did, or nobody answers. */
  async budgets(service: MeasuredService, at: Date): Promise<Readonly<Record<string, number | undefined>>> {
    const query = selector(RECORDED.budget, serviceLabels(service));
    const samples = await this.#source.query(query, at).catch(() => []);
    return Object.fromEntries(
      service.objectives.map(({ name }) => {
        const left = samples.filter(({ labels }) => labels.objective === name).map(({ value }) => value);
        return [name, left.length === 0 ? undefined : Math.min(...left)];
      }),
    );
  }
}
