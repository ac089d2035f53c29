import { mkdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exclusively } from "../exclusively.ts";
import { writeRules } from "./rules.ts";
import { prometheusFiles } from "./run.ts";

/** A file's name: `sandbox.ethixai.rules.yaml`. A stack's name may hold dots, a system's holds none. */
const FILE = /^(?<stack>.+)\.[^.]+\.rules\.yaml$/;

/**
 * Replaces the rules that one stack brought; those of other stacks stay, so that two in one sandbox are both watched. They are
 * read at once by a Prometheus that runs, else at its next start.
 *
 * @param folder `SandboxPaths.prometheus`
 * @param rules text of each system's rules by its name; none: the stack has no rules any more
 * @throws PrometheusError as {@link writeRules} does
 */
export async function writeStackRules(
  folder: string,
  stack: string,
  rules: ReadonlyMap<string, string>,
): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await exclusively(folder, async () => {
    const others = await rulesOfOthers(prometheusFiles(folder).rules, stack);
    const own = [...rules].map(([system, text]) => [`${stack}.${system}.rules.yaml`, text] as const);
    await writeRules(folder, new Map([...others, ...own]));
  });
}

async function rulesOfOthers(folder: string, stack: string): Promise<[string, string][]> {
  const names = await readdir(folder).catch(() => []);
  const others = names.filter((name) => name.endsWith(".yaml") && FILE.exec(name)?.groups?.stack !== stack);
  return await Promise.all(
    others.map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), "utf8")]),
  );
}
