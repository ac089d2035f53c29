import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { findDashboardLoader } from "../../sandbox/grafana/loader.ts";
import { describeWithPart } from "./part.ts";

/** Looked for once: a test file that imports this knows at once whether its tests can run. */
const loader = await findDashboardLoader();

const MISSING = "Grafana's dashboard types are not built yet: npm run parts grafana";

/** Tests that need Grafana's types. Where they are missing they are skipped by name, or fail if the run demands them. */
export function describeWithGrafana(name: string, tests: () => void): void {
  describeWithPart(name, loader === undefined ? MISSING : undefined, tests);
}

/**
 * What Grafana's own types have against a dashboard, each problem with its place; empty where they take it.
 *
 * @param json a dashboard's JSON
 * @throws Error where there are no types: ask inside `describeWithGrafana`
 */
export async function checkDashboard(json: string): Promise<string[]> {
  if (loader === undefined) throw new Error(MISSING);
  const child = spawn(loader, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.end(json);
  const problems = (await text(child.stdout)).split("\n").filter((line) => line !== "");
  const code = await ended;
  if (code !== (problems.length === 0 ? 0 : 1)) throw new Error(`${loader} ended with code ${code}.`);
  return problems;
}
