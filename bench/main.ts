/**
 * How fast plans, previews and deployments are. Everything is measured in one run, case by case in turns; what counts are the ratios.
 * Each figure is the median of the rounds, with the lowest and the highest.
 *
 *     npm run bench                      5 rounds
 *     npm run bench -- 9                 9 rounds
 *     npm run bench -- 9 kubernetes      of one section alone
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEngine } from "../sandbox/engine/index.ts";
import { startProviders } from "../sandbox/providers/server.ts";
import { copyCheckout } from "../test/support/checkout.ts";
import { measureComponents } from "./components.ts";
import { measureJudge } from "./judge.ts";
import { measureKubernetes } from "./kubernetes.ts";
import { stopping } from "./measure.ts";
import { measurePlan } from "./plan.ts";
import { measurePolicies } from "./policies.ts";
import { measurePoliciesInEngine } from "./policies-engine.ts";
import { machineFacts } from "./report.ts";
import { measureRules } from "./rules.ts";
import { measureScale } from "./scale.ts";

const rounds = Number(process.argv[2] ?? 5);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new RangeError(`rounds: "${process.argv[2]}" must be a whole number from 1`);
}

type Section = [title: string, measure: () => Promise<string[]>];

const say = (message: string) => process.stderr.write(`${message}\n`);
const closing: (() => Promise<void>)[] = [];
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    say(`stopping (${signal})`);
    process.exitCode = code;
    stopping.abort(new Error(`stopped by ${signal}`));
  });
}
try {
  const engine = await ensureEngine({ report: say, signal: stopping.signal });
  // Whatever anyone writes here goes to one folder, and goes with it: copies, caches of compiled code, states.
  const scratch = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  closing.push(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));
  process.env.TMPDIR = scratch;
  const server = await startProviders({});
  closing.push(() => server.close());
  const providers = { engine, port: server.port };
  const checkout = await copyCheckout();
  closing.push(() => checkout.remove());

  const sections: Readonly<Record<string, Section>> = {
    plan: ["The stack production", () => measurePlan(checkout, providers, rounds)],
    policies: ["The packs over 4,000 resources, in one process", () => measurePolicies(rounds)],
    "policies-engine": [
      "The packs under the engine",
      () => measurePoliciesInEngine(checkout, providers, rounds),
    ],
    scale: ["Planning services, packs and all", () => measureScale(rounds)],
    components: [
      "40 services on a network, without packs",
      () => measureComponents(scratch, providers, rounds),
    ],
    rules: ["Rules of objectives", () => measureRules(scratch, rounds)],
    judge: ["Releases of known truth, judged", () => measureJudge(rounds)],
    kubernetes: ["Objects in a cluster", () => measureKubernetes(scratch, providers, rounds)],
  };
  const asked = process.argv.slice(3);
  const unknown = asked.find((name) => sections[name] === undefined);
  if (unknown !== undefined) {
    throw new RangeError(`section: "${unknown}" must be one of ${Object.keys(sections).join(", ")}`);
  }
  const reports: [string, string[]][] = [];
  for (const [name, [title, measure]] of Object.entries(sections)) {
    if (asked.length === 0 || asked.includes(name)) reports.push([title, await measure()]);
  }
  console.log(`\n${machineFacts(`${engine.version} (${engine.origin})`)}`);
  console.log(`Medians of ${rounds} rounds, in brackets the lowest and the highest`);
  for (const [title, lines] of reports)
    console.log(["", title, ...lines.map((each) => `  ${each}`)].join("\n"));
} catch (error) {
  if (!stopping.signal.aborted) throw error;
} finally {
  for (const close of closing.reverse()) {
    // One that fails keeps none of the others from clearing up.
    await close().catch((error: Error) => say(`clearing up: ${error.message}`));
  }
}
