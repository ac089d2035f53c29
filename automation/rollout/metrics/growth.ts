import { createHash } from "node:crypto";
import { z } from "zod";
import type { NamedSample } from "../../status/exposition.ts";
import { groupOf, type Summing, type Sums, selected, type Where } from "../../status/sums.ts";

/** A sample, and which of several addresses gave it: two instances may have series that look alike. */
export interface SourcedSample extends NamedSample {
  readonly source: string;
}

const memorySchema = z.object({
  /** The moment that it counts from, as it was asked for. */
  since: z.string(),
  /** When the first look was. */
  began: z.string(),
  /** When each address' process started, where it says so. */
  started: z.record(z.string(), z.number()),
  /** Each series' counter at the last look. */
  last: z.record(z.string(), z.number()),
  /** What was counted until then, by what was asked for and its groups. */
  grown: z.record(z.string(), z.record(z.string(), z.number())),
});

/** What is kept from one look to the next: plain data. */
export type GrowthMemory = z.infer<typeof memorySchema>;

/** Metric that says, by another value, that every counter of an address began anew. */
const STARTED = "process_start_time_seconds";

/** A short stand-in for a text: there are many, and a release's state is kept small. */
function short(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 12);
}

function seriesKey({ source, name, labels }: SourcedSample): string {
  const pairs = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
  return short(JSON.stringify([source, name, pairs]));
}

/** When each address' process started. Who passes on the metrics of several processes says nothing by it. */
function startsOf(samples: readonly SourcedSample[]): Record<string, number> {
  const own = samples.filter(({ name }) => name === STARTED);
  const alone = own.filter(({ source }) => own.filter((each) => each.source === source).length === 1);
  return Object.fromEntries(alone.map(({ source, value }) => [source, value]));
}

/**
 * What counters counted since the first look of a step. A counter that begins anew counts from 0, and so does a series that was
 * not there before; what was counted until then is kept. Each look makes one, with what the last one left.
 */
export class Growth implements Summing {
  readonly #samples: readonly SourcedSample[];
  readonly #before: GrowthMemory | undefined;
  readonly #restarted: ReadonlySet<string>;
  readonly #next: GrowthMemory;

  /** @param memory what {@link remember} gave at the last look; of another moment's, or none, this is the first look */
  constructor(samples: readonly SourcedSample[], since: Date, at: Date, memory: unknown) {
    const parsed = memorySchema.safeParse(memory);
    const sinceText = since.toISOString();
    this.#samples = samples;
    this.#before = parsed.success && parsed.data.since === sinceText ? parsed.data : undefined;
    const started = startsOf(samples);
    const before = this.#before?.started ?? {};
    this.#restarted = new Set(
      Object.keys(started).filter((each) => before[each] !== undefined && before[each] !== started[each]),
    );
    this.#next = {
      since: sinceText,
      began: this.#before?.began ?? at.toISOString(),
      started,
      last: {},
      grown: { ...this.#before?.grown },
    };
  }

  /** The moment of the first look, from which everything is counted. */
  get began(): Date {
    return new Date(this.#next.began);
  }

  /** For the next look. Asked for after every sum, since only what was asked for is in it. */
  remember(): GrowthMemory {
    return this.#next;
  }

  sum(name: string, where: Where, by: readonly string[]): Sums | undefined {
    const term = short(JSON.stringify([name, where, by]));
    const sums = { ...this.#before?.grown[term] };
    for (const sample of selected(this.#samples, name, where)) {
      const group = groupOf(sample, by);
      sums[group] = (sums[group] ?? 0) + this.#increase(sample);
    }
    this.#next.grown[term] = sums;
    const all = Object.entries(sums);
    return all.length === 0 ? undefined : new Map(all);
  }

  /** By how much a series grew since the last look. */
  #increase(sample: SourcedSample): number {
    const key = seriesKey(sample);
    this.#next.last[key] = sample.value;
    if (this.#before === undefined) return 0;
    const last = this.#restarted.has(sample.source) ? 0 : (this.#before.last[key] ?? 0);
    return sample.value < last ? sample.value : sample.value - last;
  }
}
