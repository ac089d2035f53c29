import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { chosenSystems } from "../../../automation/objectives/stack.ts";
import { factsOf } from "../../../automation/plan/monitoring/facts.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import { normalizeObjective } from "../../../components/objectives/objective.ts";
import { importObjectives } from "../../../components/objectives/open-slo/import.ts";
import { shop } from "./support.ts";

/** Each plans a stack in a process of its own, which takes seconds where much else is going on. */
vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-objectives-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `slipway …` in the project, in a process of its own: its exit code and what it prints. */
async function slipway(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const command = [join(root, "automation/cli.ts"), ...args];
  const options = { cwd: root, maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: "1" } };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, options);
    return { code: 0, out: stdout, said: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, said: stderr };
  }
}

/** What the production stack promises, as a plan writes it down. */
let facts: MonitoringFacts[];

beforeAll(async () => {
  await slipway("plan", "--stack", "production", "--format", "sarif", "--out", folder);
  facts = factsOf(JSON.parse(readFileSync(join(folder, "resources.json"), "utf8")));
});

test("a stack's export is what its plan writes for each system, and an import of it changes nothing", async () => {
  const { code, out, said } = await slipway("objectives", "export", "--stack", "production");
  expect(code, said).toBe(0);
  const files = facts.map(({ system }) => readFileSync(join(folder, "openslo", `${system}.yaml`), "utf8"));
  expect(files.length).toBeGreaterThan(1);
  expect(out).toBe(files.join("---\n"));
  const { services, notes } = importObjectives(out, "production.yaml");
  expect(notes).toEqual([]);
  expect(
    services.map(({ objectives, ...about }) => ({
      ...about,
      objectives: objectives.map(normalizeObjective),
    })),
  ).toEqual(
    facts.flatMap(({ system, services: all }) =>
      all
        .filter(({ objectives }) => objectives.length > 0)
        .map(({ service, objectives }) => ({ system, service, objectives })),
    ),
  );
});

test("a system's list says what it promises, for machines too", async () => {
  const args = ["objectives", "list", "--stack", "production", "--system", "ethixai", "--json"];
  const { code, out, said } = await slipway(...args);
  expect(code, said).toBe(0);
  const { stack, objectives } = JSON.parse(out);
  expect(stack).toBe("production");
  expect(objectives[0]).toEqual({
    system: "ethixai",
    service: "backend",
    name: "availability",
    promise: "99.5 % of requests answered without a server error, over 30 days",
    owner: "ethixai-platform",
    tiers: [
      { severity: "page", budgetPercent: 2, longSeconds: 3600, shortSeconds: 300, factor: 14.4 },
      { severity: "page", budgetPercent: 5, longSeconds: 21_600, shortSeconds: 1800, factor: 6 },
      { severity: "ticket", budgetPercent: 10, longSeconds: 259_200, shortSeconds: 21_600, factor: 1 },
    ],
  });
});

test("a system that isn't there is refused with those that are", () => {
  const systems = [shop({}), { ...shop({}), system: "stock" }];
  expect(chosenSystems(systems, { stack: "staging", system: "stock" })).toEqual([systems[1]]);
  expect(() => chosenSystems(systems, { stack: "staging", system: "cart" })).toThrow(
    '--system "cart" is no system of the stack "staging" that promises something; there are: shop, stock',
  );
  expect(() => chosenSystems([], { stack: "staging" })).toThrow(
    'the stack "staging" promises nothing: none of its systems declares a Monitoring.',
  );
});
