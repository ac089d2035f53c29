import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { lastLines, run } from "../../sandbox/engine/run.ts";
import { findPrometheus, type PrometheusTools } from "../../sandbox/prometheus/tools.ts";
import { describeWithPart } from "./part.ts";

/** Looked for once: a test file that imports this knows at once whether its tests can run. */
const tools = await findPrometheus();

const MISSING = "no Prometheus here yet: npm run parts prometheus";

/** Tests that need Prometheus or its tools. Where they are missing they are skipped by name, or fail if the run demands them. */
export function describeWithPrometheus(name: string, tests: () => void): void {
  describeWithPart(name, tools === undefined ? MISSING : undefined, tests);
}

/** Prometheus and its tools. @throws Error where there are none: ask inside `describeWithPrometheus` */
function prometheusTools(): PrometheusTools {
  if (tools === undefined) throw new Error(MISSING);
  return tools;
}

/** The first number of promtool's version: what a range holds changed with 3. */
export async function promtoolMajor(): Promise<number> {
  const said = await must(prometheusTools().promtool, ["--version"]);
  return Number(/version (\d+)/.exec(said)?.[1]);
}

/**
 * Has promtool check a file of rules (`groups: […]`); a rule that is there twice counts as wrong.
 *
 * @returns what promtool says, such as "SUCCESS: 3 rules found"
 * @throws Error with promtool's words
 */
export function checkRules(rulesYaml: string): Promise<string> {
  return withFiles({ "rules.yaml": rulesYaml }, (folder) =>
    must(prometheusTools().promtool, ["check", "rules", "--lint-fatal", join(folder, "rules.yaml")]),
  );
}

/** A file of promtool's tests: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
export interface RuleTests {
  readonly evaluation_interval?: string;
  /** Names of groups in the order they are evaluated in; without it the order is promtool's whim. */
  readonly group_eval_order?: readonly string[];
  /** One at least. */
  readonly tests: readonly unknown[];
}

/**
 * Has promtool run tests of a file of rules, which it need not name.
 *
 * @param tests an object of promtool's format, without `rule_files`
 * @returns what promtool says
 * @throws Error with promtool's words: what was expected and what came
 */
export async function testRules(rulesYaml: string, tests: RuleTests): Promise<string> {
  if (tests.tests.length === 0) throw new Error("There is no test of these rules: promtool would pass it.");
  const files = {
    "rules.yaml": rulesYaml,
    "tests.yaml": stringify({ ...tests, rule_files: ["rules.yaml"] }),
  };
  return await withFiles(files, (folder) =>
    must(prometheusTools().promtool, ["test", "rules", join(folder, "tests.yaml")]),
  );
}

/** Has amtool check an Alertmanager's configuration. @returns what it says @throws Error with its words */
export function checkAlertmanager(yaml: string): Promise<string> {
  return withFiles({ "alertmanager.yaml": yaml }, (folder) =>
    must(prometheusTools().amtool, ["check-config", join(folder, "alertmanager.yaml")]),
  );
}

/**
 * Names of the receivers that an alert with these labels goes to, in the order of the routes, as amtool finds them.
 *
 * @param yaml an Alertmanager's configuration
 * @throws Error with amtool's words
 */
export function routesTo(yaml: string, labels: Readonly<Record<string, string>>): Promise<string[]> {
  return withFiles({ "alertmanager.yaml": yaml }, async (folder) => {
    const file = join(folder, "alertmanager.yaml");
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const args = ["config", "routes", "test", `--config.file=${file}`, "--", ...pairs];
    const said = await must(prometheusTools().amtool, args);
    return said.trim().split(",");
  });
}

async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-rules-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What a tool prints on standard output. @throws Error with all that it says, where it fails */
async function must(command: string, args: readonly string[]): Promise<string> {
  const result = await run(command, args, { timeout: 60_000 });
  if (result.code === 0) return result.stdout;
  throw new Error(
    `${[command.split("/").at(-1), ...args.slice(0, 2)].join(" ")}: ${result.failure ?? `ended with code ${result.code}`}\n${result.stdout}\n${lastLines(result, 40)}`,
  );
}
