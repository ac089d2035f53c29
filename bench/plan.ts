import type { Checkout } from "../test/support/checkout.ts";
import { type Case, interleaved, median, node, ratios, seconds } from "./measure.ts";
import { engineCases } from "./preview.ts";
import type { Providers } from "./providers.ts";
import { line, spread } from "./report.ts";

const planProduction = ["automation/cli.ts", "plan", "--stack", "production"];

/** Measures the plan of the stack `production` beside the engine's preview of it; gives the report's lines. */
export async function measurePlan(
  checkout: Checkout,
  providers: Providers,
  rounds: number,
): Promise<string[]> {
  const cwd = checkout.root;
  const cases: readonly Case[] = [
    // What a person waits for: Node starts, compiled code is kept from earlier runs.
    { name: "plan", sample: () => seconds(() => node(planProduction, { cwd })) },
    // What a fresh machine waits for: nothing is kept.
    {
      name: "plan, nothing compiled before",
      sample: () => seconds(() => node(planProduction, { cwd, env: { NODE_DISABLE_COMPILE_CACHE: "1" } })),
    },
    ...(await engineCases(checkout, providers)),
  ];
  const samples = await interleaved(cases, rounds);
  const of = (name: string) => samples.get(name) ?? [];
  const faster = (than: string, by = "plan") => ratios(samples, than, by);
  const enginePreview = faster("engine preview");
  return [
    ...["plan", "plan, nothing compiled before"].map((name) =>
      line(`slipway ${name}: ${spread(of(name))} s`, {
        claim: "under 3 s",
        holds: median(of(name)) < 3,
      }),
    ),
    `pulumi preview, same stack, same packs, cloud and providers running: ${spread(of("engine preview"))} s`,
    `slipway preview --sandbox, the whole command, cloud running: ${spread(of("slipway preview"))} s`,
    line(`pulumi preview takes ${spread(enginePreview, 1)} × the plan`, {
      claim: "at least 4 ×",
      holds: median(enginePreview) >= 4,
    }),
    `pulumi preview takes ${spread(faster("engine preview", "plan, nothing compiled before"), 1)} × the plan with nothing compiled before`,
    `slipway preview --sandbox takes ${spread(faster("slipway preview"), 1)} × the plan`,
  ];
}
