import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { gatesOf } from "../../../automation/rollout/gates.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { METRICS } from "../../../components/objectives/measured-service.ts";
import { normalizeObjective } from "../../../components/objectives/objective.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import { releaseProblems } from "../../../components/release/problems.ts";
import { ledgerAddressProblem } from "../../../components/release/stores/address.ts";
import { ENVIRONMENTS } from "../../../systems/ethixai/environments.ts";
import { backendFacts } from "../../../systems/ethixai/services.ts";
import { shellWords } from "../runbooks/shell.ts";
import { refusal } from "../runbooks/slipway.ts";

const guide = readFileSync("docs/releases.md", "utf8");

/** The guide's blocks in a language. */
function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, text]) => text ?? "",
  );
}

/** What a literal of TypeScript says, without its type. */
function examplePlan(): ReleasePlan {
  const [, literal = ""] =
    /const release: ReleasePlan = (\{[\s\S]*?\n\});/.exec(blocks("ts").join("\n")) ?? [];
  return JSON.parse(JSON.stringify(runInNewContext(`(${literal})`)));
}

test("EA-09 the guide's plan is one that EthixAI's backend could have", () => {
  const plan = examplePlan();
  const objectives = (backendFacts(ENVIRONMENTS.production).objectives ?? []).map(normalizeObjective);
  expect(
    releaseProblems(
      plan,
      objectives.map(({ name }) => name),
    ),
  ).toEqual([]);
  const service: MeasuredService = {
    environment: "production",
    system: "ethixai",
    service: "backend",
    runtime: "cloud-run",
    metrics: METRICS,
    objectives,
  };
  expect(gatesOf(service, plan).map(({ name }) => name)).toEqual([
    "availability",
    "latency",
    "cpu",
    "mean-latency",
  ]);
});

test("EA-09 the guide's addresses of a ledger are such", () => {
  const addresses = ["gs://BUCKET/PATH.json", "kubernetes://NAMESPACE/NAME", "file:PATH"];
  for (const address of addresses) {
    expect(guide).toContain(`\`${address}\``);
    expect(
      ledgerAddressProblem(address.replace(/BUCKET|NAMESPACE|NAME/g, (word) => word.toLowerCase())),
    ).toBeUndefined();
  }
});

test("EA-09 the guide's commands are those that there are", async () => {
  const typed = [...blocks("sh"), ...blocks("yaml")]
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => /npx slipway .*$/.exec(line)?.[0] ?? []);
  const listed = [...guide.matchAll(/`(npx slipway [^`]+)`/g)].flatMap(([, line = ""]) => line);
  expect(typed.length).toBeGreaterThanOrEqual(11);
  const commands = [...typed, ...listed.filter((line) => line.includes("--stack"))];
  const refused = await Promise.all(
    commands.map(async (line) => [line, await refusal(shellWords(line).slice(2))] as const),
  );
  expect(refused.filter(([, why]) => why !== undefined)).toEqual([]);
});

test("EA-09 the guide's job holds no secret, and gets its token from GitHub", () => {
  const [text = ""] = blocks("yaml");
  const job = parse(text);
  expect(text).not.toMatch(/secrets\.|password|credentials_json|GOOGLE_APPLICATION_CREDENTIALS/i);
  expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
  const steps: { uses?: string; run?: string; with?: object; env?: object }[] = job.jobs.release.steps;
  const auth = steps.find(({ uses }) => uses?.startsWith("google-github-actions/auth@"));
  expect(Object.keys(auth?.with ?? {})).toEqual(["workload_identity_provider", "service_account"]);
  // What was typed into a form is never a part of a script.
  expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
});
