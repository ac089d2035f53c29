import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lastLines, run } from "../engine/run.ts";
import { PrometheusClient } from "./client.ts";
import { PrometheusError } from "./errors.ts";
import { prometheusFiles, runningPrometheus } from "./run.ts";
import { findPrometheus } from "./tools.ts";

/**
 * Replaces the rules of the Prometheus in this folder, and has it read them, if it runs. Rules that it would refuse
 * replace nothing.
 *
 * @param folder `SandboxPaths.prometheus`
 * @param files text of each file by its name, which ends with `.yaml` and names no folder; none: no rules
 * @throws PrometheusError with promtool's words for rules that are wrong
 */
export async function writeRules(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const bad = [...files.keys()].find((name) => !/^[\w][\w.-]*\.yaml$/.test(name));
  if (bad !== undefined) {
    throw new PrometheusError(
      `"${bad}" is no name for a file of rules: use letters, digits, ".", "-" and "_", and ".yaml" at the end.`,
    );
  }
  const { rules } = prometheusFiles(folder);
  mkdirSync(rules, { recursive: true, mode: 0o700 });
  const fresh = mkdtempSync(join(folder, ".rules-"));
  try {
    for (const [name, text] of files) writeFileSync(join(fresh, name), text, { mode: 0o600 });
    await check([...files.keys()].map((name) => join(fresh, name)));
    for (const name of readdirSync(rules))
      if (!files.has(name)) rmSync(join(rules, name), { recursive: true });
    for (const name of files.keys()) renameSync(join(fresh, name), join(rules, name));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  const running = runningPrometheus(folder);
  if (running) await new PrometheusClient(running.url).reload();
}

async function check(files: readonly string[]): Promise<void> {
  const tools = await findPrometheus();
  // Without promtool there is no Prometheus here that could read them.
  if (!tools || files.length === 0) return;
  const result = await run(tools.promtool, ["check", "rules", ...files], { timeout: 60_000 });
  if (result.code === 0) return;
  throw new PrometheusError(
    `The rules are wrong, and those from before stay. promtool says:\n${result.failure ?? lastLines(result, 20)}`,
  );
}
