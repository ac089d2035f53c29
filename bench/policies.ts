import { fileURLToPath } from "node:url";
import { runProgram } from "../automation/plan/host.ts";
import { packs } from "../policies/catalogue.ts";
import { evaluate } from "../policies/core/evaluate.ts";
import type { PolicyResource } from "../policies/core/policy.ts";
import { interleaved, median, ratios } from "./measure.ts";
import { line, spread } from "./report.ts";

const SIZES = [500, 1000, 2000, 4000] as const;
/** Growth per resource that still counts as linear: eight times the resources with quadratic work in them show far more. */
const LINEAR = 1.5;
/** Policies whose share is told. */
const TOLD = 5;

/** The stack production as the packs get it: services on both runtimes, databases, an edge, alerts. */
async function production(): Promise<PolicyResource[]> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { resources } = await runProgram({ root, stack: "production" });
  return resources.map(({ urn, type, name, checked, parent, dependencies, propertyDependencies }) => ({
    ...{ urn, type, name, props: checked, parent, dependencies, propertyDependencies },
  }));
}

/** The same stack again and again under other names, so that every copy refers to itself alone. @param systems names to change */
function multiplied(
  stack: readonly PolicyResource[],
  systems: readonly string[],
  count: number,
): PolicyResource[] {
  const text = JSON.stringify(stack);
  const named = new RegExp(systems.join("|"), "g");
  const copies = Math.ceil(count / stack.length);
  const all = Array.from({ length: copies }, (_, copy) =>
    copy === 0 ? text : text.replace(named, (system) => `${system}${"abcdefghij"[copy % 10]}${copy}`),
  );
  return all.flatMap((one) => JSON.parse(one) as PolicyResource[]).slice(0, count);
}

/** Milliseconds of the processor, on which other work on the machine bears less than on the clock. */
function processor(work: () => unknown): number {
  globalThis.gc?.();
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

/** Measures all packs over more and more resources, in this process; gives the report's lines. */
export async function measurePolicies(rounds: number): Promise<string[]> {
  const stack = await production();
  const systems = ["ethixai", "onesource", "phase8", "acgs", "wcag"];
  const most = multiplied(stack, systems, SIZES.at(-1) ?? 0);
  const clock = new Map<number, number[]>(SIZES.map((size) => [size, []]));
  const cases = SIZES.map((size) => ({
    name: String(size),
    sample: async () => {
      // Fresh each time: what is worked out once for a resource must not be there from the round before.
      const resources = structuredClone(most.slice(0, size));
      const begin = performance.now();
      const taken = processor(() => evaluate(packs, resources));
      clock.get(size)?.push(performance.now() - begin);
      return taken / size;
    },
  }));
  const samples = await interleaved(cases, rounds);
  const [smallest] = SIZES;
  const policies = packs.flatMap((pack) => pack.policies.map((policy) => ({ ...pack, policies: [policy] })));
  const shares = policies
    .map((pack) => ({ id: pack.policies[0]?.id, taken: processor(() => evaluate([pack], most)) }))
    .sort((a, b) => b.taken - a.taken);
  const sum = shares.reduce((all, { taken }) => all + taken, 0);
  return [
    `${policies.length} policies over copies of the stack production, ${stack.length} resources each`,
    ...SIZES.map((size) => {
      const seconds = (clock.get(size) ?? []).slice(1).map((milliseconds) => milliseconds / 1000);
      const text = `${size} resources: ${spread(seconds)} s, of the processor ${spread(samples.get(String(size)) ?? [], 3)} ms a resource`;
      if (size === smallest) return line(text);
      const growth = median(ratios(samples, String(size), String(smallest)));
      const grown = `${text}, ${growth.toFixed(2)} × that of ${smallest}`;
      return size === SIZES.at(-1)
        ? line(grown, {
            claim: `under 2 s, and linear, so at most ${LINEAR} ×`,
            holds: median(seconds) < 2 && growth <= LINEAR,
          })
        : line(grown);
    }),
    `most of it: ${shares
      .slice(0, TOLD)
      .map(({ id, taken }) => `${id} ${Math.round((100 * taken) / sum)} %`)
      .join(", ")}`,
  ];
}
