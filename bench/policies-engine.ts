import { readFile } from "node:fs/promises";
import { packs } from "../policies/catalogue.ts";
import type { Checkout } from "../test/support/checkout.ts";
import { interleaved, median, ratios, type Samples, seconds } from "./measure.ts";
import { enginePreview } from "./preview.ts";
import type { Providers } from "./providers.ts";
import { line, spread } from "./report.ts";

const WITHOUT = "engine preview without packs";
const WITH = "engine preview under the packs";

/** Seconds of the processor that ended children of this process have taken, and theirs: Linux counts them in hundredths. */
async function processorSeconds(): Promise<number> {
  const stat = await readFile("/proc/self/stat", "utf8").catch(() => "");
  const [user = Number.NaN, system = Number.NaN] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(13, 15)
    .map(Number);
  return (user + system) / 100;
}

/** What the packs add to the engine's own preview of the stack `production`: the start of their process, every call, every policy. */
export async function measurePoliciesInEngine(
  checkout: Checkout,
  providers: Providers,
  rounds: number,
): Promise<string[]> {
  const preview = await enginePreview(checkout, providers);
  const created = /\+ (\d+) to create/.exec(await preview("policies"))?.[1] ?? "?";
  const processor = new Map<string, number[]>([
    [WITHOUT, []],
    [WITH, []],
  ]);
  const sample = (name: string, ...folders: string[]) => ({
    name,
    sample: async () => {
      const before = await processorSeconds();
      const taken = await seconds(() => preview(...folders));
      processor.get(name)?.push((await processorSeconds()) - before);
      return taken;
    },
  });
  const samples = await interleaved([sample(WITHOUT), sample(WITH, "policies")], rounds);
  const addedTo = (figures: Samples) => ratios(figures, WITH, WITHOUT).map((ratio) => (ratio - 1) * 100);
  const added = addedTo(samples);
  const asked = packs.flatMap(({ policies }) => policies).length;
  return [
    `${created} resources, ${asked} policies`,
    ...[WITHOUT, WITH].map((name) =>
      line(
        `${name}: ${spread(samples.get(name) ?? [])} s, of the processor ${spread(processor.get(name) ?? [])} s`,
      ),
    ),
    line(`added: ${spread(added, 0)} %`, { claim: "less than 25 %", holds: median(added) < 25 }),
    line(`added, of the processor: ${spread(addedTo(processor), 0)} %`),
  ];
}
