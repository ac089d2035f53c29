import { packs } from "../policies/catalogue.ts";
import type { Checkout } from "../test/support/checkout.ts";
import { interleaved, median, ratios, seconds } from "./measure.ts";
import { enginePreview } from "./preview.ts";
import type { Providers } from "./providers.ts";
import { line, spread } from "./report.ts";

const WITHOUT = "engine preview without packs";
const WITH = "engine preview under the packs";

/** What the packs add to the engine's own preview of the stack `production`: the start of their process, every call, every policy. */
export async function measurePoliciesInEngine(
  checkout: Checkout,
  providers: Providers,
  rounds: number,
): Promise<string[]> {
  const preview = await enginePreview(checkout, providers);
  const created = /\+ (\d+) to create/.exec(await preview("policies"))?.[1] ?? "?";
  const samples = await interleaved(
    [
      { name: WITHOUT, sample: () => seconds(() => preview()) },
      { name: WITH, sample: () => seconds(() => preview("policies")) },
    ],
    rounds,
  );
  const added = ratios(samples, WITH, WITHOUT).map((ratio) => (ratio - 1) * 100);
  const asked = packs.flatMap(({ policies }) => policies).length;
  return [
    `${created} resources, ${asked} policies`,
    ...[WITHOUT, WITH].map((name) => line(`${name}: ${spread(samples.get(name) ?? [])} s`)),
    line(`added: ${spread(added, 0)} %`, { claim: "less than 25 %", holds: median(added) < 25 }),
  ];
}
