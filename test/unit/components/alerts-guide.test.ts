import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { SEVERITIES } from "../../../components/alerting/alert.ts";
import { burnTiers } from "../../../components/objectives/burn-rate.ts";
import { normalizeObjective, type Objective } from "../../../components/objectives/objective.ts";
import { promDuration } from "../../../components/objectives/promql.ts";
import { ENVIRONMENTS } from "../../../systems/ethixai/environments.ts";
import { escalation } from "../../../systems/ethixai/escalation.ts";
import { backendFacts } from "../../../systems/ethixai/services.ts";

const GUIDE = readFileSync("docs/alerts.md", "utf8");

/** Cells of the table's rows under a header that begins so. */
function table(header: string): string[][] {
  const [, rows = ""] = GUIDE.split(`| ${header}`);
  const lines = rows.split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("EA-16 the guide's example is the objective that EthixAI's backend has", () => {
  const literal = /const availability: Objective = (\{[\s\S]*?\n\});/.exec(GUIDE)?.[1] ?? "";
  const example: Objective = JSON.parse(JSON.stringify(runInNewContext(`(${literal})`)));
  expect(example).toEqual(backendFacts(ENVIRONMENTS.production).objectives[0]);
});

test("EA-16 the guide's table of burn rates is what the rules are made with", () => {
  const rows = (["30 days", "calendar month", "28 days", "7 days"] as const).map((window) => {
    const objective: Objective = {
      name: "a",
      indicator: { kind: "availability" },
      target: 99,
      owner: "o",
      window,
    };
    const tiers = burnTiers(normalizeObjective(objective).windowDays * 86_400);
    return [
      window,
      ...tiers.map(
        ({ factor, longSeconds, shortSeconds }) =>
          `${factor} over ${promDuration(longSeconds)} and ${promDuration(shortSeconds)}`,
      ),
    ];
  });
  expect(table("Window of the objective")).toEqual(rows);
});

test("EA-16 the guide's table of severities is EthixAI's escalation", () => {
  const { levels } = escalation(ENVIRONMENTS.production, { pagerdutyKey: "k", slackToken: "t" });
  expect(table("Severity ")).toEqual(
    SEVERITIES.map((severity) => {
      const { priority, within, channels } = levels[severity];
      return [`\`${severity}\``, priority, within, channels.join(", ")];
    }),
  );
});
