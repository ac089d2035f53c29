import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { measureRuleCost } from "./cost/measure.ts";
import { type Case, interleaved, median, node, ratios, run, seconds } from "./measure.ts";
import { line, spread } from "./report.ts";
import { ensureSloth, SLOTH } from "./sloth/build.ts";
import { slothObjectives, slothSpec } from "./sloth/spec.ts";

const count = 1000;
/** Seconds that rules for all of them may take. */
const most = 2;

/** What `bench/rule-files.ts` measures in its own process. */
interface Made {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly pieces: number;
  readonly bytes: number;
}

const KINDS = {
  rules: "rules",
  "rules as YAML": "rules",
  dashboards: "files",
  OpenSLO: "documents",
} as const;

/** Measures how fast what watches services is made, and what the rules cost Prometheus; gives the report's lines. */
export async function measureRules(scratch: string, rounds: number): Promise<string[]> {
  const sloth = await ensureSloth((message) => process.stderr.write(`${message}\n`)).catch(
    (error: Error) => error,
  );
  const without =
    sloth instanceof Error ? [`without Sloth ${SLOTH}, which could not be had: ${sloth.message}`] : [];
  const program = sloth instanceof Error ? undefined : sloth;
  return [
    ...without,
    ...(await measureMaking(scratch, rounds, program)),
    ...(await measureRuleCost(scratch, program)),
  ];
}

async function measureMaking(scratch: string, rounds: number, sloth: string | undefined): Promise<string[]> {
  const made = new Map<string, Made[]>();
  const cases: Case[] = Object.keys(KINDS).map((name) => ({
    name,
    sample: async () => {
      const one: Made = JSON.parse(await node(["bench/rule-files.ts", String(count), name]));
      made.set(name, [...(made.get(name) ?? []), one]);
      return one.seconds;
    },
  }));
  if (sloth !== undefined) cases.push(await slothCase(scratch, sloth));
  const samples = await interleaved(cases, rounds);
  const lines = Object.entries(KINDS).map(([name, unit]) => {
    const taken = samples.get(name) ?? [];
    const all = made.get(name) ?? [];
    const processor = all.slice(1).map((each) => each.processorSeconds);
    const { pieces = 0, bytes = 0 } = all[0] ?? {};
    const text = `${name}: ${spread(taken)} s, ${spread(processor)} s of the processor; ${pieces} ${unit}, ${(bytes / 1e6).toFixed(1)} MB`;
    return unit === "rules"
      ? line(text, { claim: `under ${most} s`, holds: median(taken) < most })
      : line(text);
  });
  return [
    `${count} services with three objectives each, in a process of its own, not its start`,
    ...lines,
    ...(sloth === undefined
      ? []
      : [
          `sloth generate of the same objectives, the whole command: ${spread(samples.get("Sloth") ?? [])} s, ${spread(ratios(samples, "Sloth", "rules as YAML"), 1)} × the rules as YAML`,
        ]),
  ];
}

/** Sloth on a file of specifications, one for each service. */
async function slothCase(scratch: string, sloth: string): Promise<Case> {
  const folder = join(scratch, "sloth");
  await mkdir(folder, { recursive: true });
  const input = join(folder, "services.yaml");
  const specs = Array.from({ length: count }, (_, index) => {
    const service = `service-${index}`;
    return slothSpec(service, slothObjectives(service));
  });
  await writeFile(input, specs.join("---\n"));
  const args = ["generate", "--no-log", "--input", input, "--out", join(folder, "rules.yaml")];
  return { name: "Sloth", sample: () => seconds(() => run(sloth, args)) };
}
