import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { budgetsOf } from "../../status/counters.ts";
import { readExposition } from "../../status/exposition.ts";
import { Exposed } from "../../status/sums.ts";
import type { Compared, Gate, GateReading, RolloutMetrics } from "../gate.ts";
import { Growth, type SourcedSample } from "./growth.ts";
import { readings, unanswered } from "./reading.ts";
import { type Scraped, scrapedReading } from "./scraped.ts";

/** What is scraped. */
export interface ScrapeTarget {
  /** Stays the same where the address changes, as the local cloud's does when it starts again. */
  readonly name: string;
  /** Of the metrics themselves: `http://127.0.0.1:7000/metrics`. */
  readonly url: string;
}

/** Longest that an answer may take, in seconds. */
const TIMEOUT = 10;

/** @throws Error that names the address */
async function scrape({ name, url }: ScrapeTarget): Promise<SourcedSample[]> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(1000 * TIMEOUT) });
    text = await answer.text();
  } catch (error) {
    const { name: kind, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
    const why =
      kind === "TimeoutError" ? `no answer within ${TIMEOUT} s` : (cause?.code ?? cause?.message ?? message);
    throw new Error(`${url} can't be reached: ${why}`);
  }
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const samples = readExposition(text);
  // An empty page is an answer; one without a single metric is something else's.
  if (samples.length === 0 && text.trim() !== "")
    throw new Error(`${url} gives no metrics of Prometheus' format`);
  return samples.map((sample) => ({ ...sample, source: name }));
}

/**
 * Reads metrics where they are exposed, without a Prometheus. Counters tell what was since the first look of a step, so take one
 * as soon as its weight is live; that one says nothing yet. Where one of several addresses doesn't answer, nothing is said at
 * all: what it counted would be missing.
 */
export class ScrapeMetrics implements RolloutMetrics {
  readonly address: string;
  readonly #targets: () => Promise<readonly ScrapeTarget[]>;

  /** @param targets looked up at each look; may throw an Error that says why there are none */
  constructor(address: string, targets: () => Promise<readonly ScrapeTarget[]>) {
    this.address = address;
    this.#targets = targets;
  }

  async look(
    service: MeasuredService,
    gates: readonly Gate[],
    versions: Compared,
    since: Date,
    until: Date,
    memory: unknown,
  ): Promise<{ readonly readings: readonly GateReading[]; readonly memory?: unknown }> {
    let samples: SourcedSample[];
    try {
      samples = await this.#samples();
    } catch (error) {
      const reading = unanswered((error as Error).message);
      return { readings: readings(gates, versions, () => reading), memory };
    }
    const growth = new Growth(samples, since, until, memory);
    const scraped: Scraped = { service, growth, samples, at: until };
    const told = readings(gates, versions, (gate, revision) => scrapedReading(scraped, gate, revision));
    return { readings: told, memory: growth.remember() };
  }

  /** By the counters alone, which begin with the processes: of what was before nobody knows. The worst, where one has several. */
  async budgets(service: MeasuredService): Promise<Readonly<Record<string, number | undefined>>> {
    const samples = await this.#samples().catch(() => []);
    const counters = new Exposed(samples);
    return Object.fromEntries(
      service.objectives.map((objective) => {
        const left = budgetsOf(counters, service, objective).map(({ value }) => value);
        return [objective.name, left.length === 0 ? undefined : Math.min(...left)];
      }),
    );
  }

  async #samples(): Promise<SourcedSample[]> {
    const targets = await this.#targets();
    return (await Promise.all(targets.map(scrape))).flat();
  }
}
