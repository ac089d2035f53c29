import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { RuleGroup } from "../../components/alerting/rule.ts";
import { systemRules } from "../../components/alerting/rules.ts";
import { findPrometheus } from "../../sandbox/prometheus/tools.ts";
import { run } from "../measure.ts";
import { monitoredSystem, OBJECTIVES } from "../monitored.ts";
import { line } from "../report.ts";
import { SLOTH } from "../sloth/build.ts";
import { slothObjectives, slothSpec } from "../sloth/spec.ts";
import { CLASSES, classOf, type HourlyCost, hourly } from "./classes.ts";
import { type RuleCost, ruleCosts } from "./evaluate.ts";
import { startHistory } from "./history.ts";
import { slothRules } from "./published.ts";
import { recordedSeries, type Shape, serviceSeries } from "./series.ts";

const DAY = 86_400;
/** Prometheus' default, which Sloth's groups, having none of their own, are evaluated by. */
const SLOTH_INTERVAL = "1m";
/** How far back objectives look. */
const REACH = 30 * DAY;
/** Evaluations of each rule whose time is taken; the least of them counts. */
const TRIES = 3;

/** A service of middling size; its raw series reach back as far as the longest window that reads them. */
const SHAPE: Shape = {
  instances: 3,
  routes: 6,
  codes: ["200", "201", "404", "500", "503"],
  edges: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10],
  step: 60,
  reach: 3 * DAY + 3600,
};

/** The first two, which need no series but those that every service has. */
const compared = OBJECTIVES.slice(0, 2);
const service = "service-0";
const slothSide = () => slothObjectives(service).slice(0, compared.length);

/** Rules that Sloth itself makes. */
async function generated(scratch: string, sloth: string): Promise<RuleGroup[]> {
  const file = join(scratch, "objectives.yaml");
  await writeFile(file, slothSpec(service, slothSide()));
  const { groups } = parse(await run(sloth, ["generate", "--no-log", "--input", file])) as {
    groups: Omit<RuleGroup, "interval">[];
  };
  return groups.map((group) => ({ ...group, interval: SLOTH_INTERVAL }));
}

/**
 * Measures what our rules and Sloth's cost a real Prometheus for the same objectives; gives the report's lines.
 * @param sloth undefined where it could not be had: then its rules as they are published stand for it
 */
export async function measureRuleCost(scratch: string, sloth: string | undefined): Promise<string[]> {
  const tools = await findPrometheus();
  if (tools === undefined) return ["rules' cost skipped: no Prometheus here yet: npm run parts prometheus"];
  const ours = systemRules(monitoredSystem(1, compared));
  const published = slothSide().flatMap((objective) => slothRules(objective, SLOTH_INTERVAL));
  const theirs = sloth === undefined ? published : await generated(scratch, sloth);
  const end = Math.floor(Date.now() / 1000 / 300) * 300;
  const labels = { environment: "production", system: "bench", service, revision: "one" };
  const series = [...serviceSeries(labels, SHAPE), ...recordedSeries([...ours, ...theirs], REACH)];
  process.stderr.write(`making up ${series.length} series\n`);
  const history = await startHistory(tools, join(scratch, "history"), series, end);
  try {
    const evaluate = (groups: readonly RuleGroup[]) =>
      ruleCosts(history.url, groups, { end, reach: REACH, tries: TRIES });
    const sides = { ours: await evaluate(ours), theirs: await evaluate(theirs) };
    const form = hourly(await evaluate(published));
    return [
      `${compared.length} objectives of a service with ${SHAPE.instances} instances, ${SHAPE.routes} routes, ${SHAPE.codes.length} codes and ${SHAPE.edges.length} buckets, scraped every ${SHAPE.step} s; ${history.samples} samples`,
      `Sloth's rules are ${sloth === undefined ? "as it publishes them" : `those of Sloth ${SLOTH}`}, evaluated every ${SLOTH_INTERVAL}; ours as their groups say`,
      ...report(sides),
      `Sloth's rules as published, which a test keeps: ${share(form.samples, hourly(sides.theirs).samples)} × the samples of these`,
    ];
  } finally {
    await history.stop();
  }
}

function share(one: number, other: number): string {
  return other === 0 ? "–" : Number((one / other).toPrecision(2)).toString();
}

function report({ ours, theirs }: Readonly<Record<"ours" | "theirs", readonly RuleCost[]>>): string[] {
  const each = compared.length;
  const facts = (name: string, { rules, recorded, peak }: HourlyCost) =>
    `${name}: ${rules / each} rules and ${recorded / each} recorded series an objective; at most ${peak} samples held at a time`;
  const lines = (name: string, one: HourlyCost, other: HourlyCost) =>
    `${name}, in an hour: ${one.samples} samples against ${other.samples} (${share(one.samples, other.samples)} ×), ` +
    `${one.series} series against ${other.series} (${share(one.series, other.series)} ×), ` +
    `${one.seconds.toFixed(2)} s against ${other.seconds.toFixed(2)} s of evaluation (${share(one.seconds, other.seconds)} ×)`;
  const [sum, otherSum] = [hourly(ours), hourly(theirs)];
  const of = (costs: readonly RuleCost[], name: string) =>
    hourly(costs.filter((cost) => classOf(cost) === name));
  return [
    facts("ours", sum),
    facts("Sloth's", otherSum),
    ...CLASSES.map((name) => lines(name, of(ours, name), of(theirs, name))),
    line(lines("all rules", sum, otherSum), {
      claim: "no more samples and no more series than Sloth's",
      holds: sum.samples <= otherSum.samples && sum.series <= otherSum.series,
    }),
  ];
}
