/**
 * How fast a plan is. Everything is measured in one run, case by case in turns; what counts are the ratios.
 *
 *     npm run bench            5 rounds
 *     npm run bench -- 9       9 rounds
 */
import { type Case, interleaved, median, node, seconds } from "./measure.ts";

const rounds = Number(process.argv[2] ?? 5);
const planProduction = ["automation/cli.ts", "plan", "--stack", "production"];

/** What a service's plan costs per resource, as `bench/services.ts` measures it in its own process. */
interface Scale {
  readonly resources: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

const sizes = [50, 200, 800] as const;
const scales = new Map<number, Scale>();

const cases: readonly Case[] = [
  // What a person waits for: Node starts, compiled code is kept from earlier runs.
  { name: "slipway plan", sample: () => seconds(() => node(planProduction)) },
  // What a fresh machine waits for: nothing is kept.
  {
    name: "slipway plan, nothing compiled before",
    sample: () => seconds(() => node(planProduction, { NODE_DISABLE_COMPILE_CACHE: "1" })),
  },
  ...sizes.map((size) => ({
    name: `${size} services`,
    sample: () => {
      const scale: Scale = JSON.parse(node(["bench/services.ts", String(size)]));
      scales.set(size, scale);
      return scale.milliseconds / scale.resources;
    },
  })),
];

const samples = await interleaved(cases, rounds);
const of = (name: string): number => median(samples.get(name) ?? []);

console.log(`\nMedians of ${rounds} rounds\n`);
for (const name of ["slipway plan", "slipway plan, nothing compiled before"]) {
  console.log(`${name} --stack production: ${of(name).toFixed(2)} s (must be under 3 s)`);
}
const [smallest] = sizes;
for (const size of sizes) {
  const perResource = of(`${size} services`);
  const scale = scales.get(size);
  const growth = perResource / of(`${smallest} services`);
  console.log(
    `${size} services, ${scale?.resources} resources: ${perResource.toFixed(3)} ms a resource, ` +
      `${growth.toFixed(2)} × that of ${smallest} services, ${Math.round(scale?.megabytes ?? 0)} MiB`,
  );
}
