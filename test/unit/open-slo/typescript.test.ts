import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSloText } from "../../../automation/objectives/text.ts";
import { objectivesTypeScript } from "../../../automation/objectives/typescript.ts";
import type { Objective } from "../../../components/objectives/objective.ts";
import { importObjectives } from "../../../components/objectives/open-slo/import.ts";
import { OPEN_SLO, SLOTH } from "./samples.ts";
import { shops } from "./support.ts";

/** Shops whose names are not much longer than names are, in letters that are one column wide. */
const plain = shops.filter((facts) => /^(?!.*x{60})[ -~]*$/.test(JSON.stringify(facts)));

test("is what the project's formatter would write", { timeout: 60_000 }, () => {
  const ours = fc.sample(plain, { numRuns: 100, seed: 7 }).map((facts) => openSloText([facts]));
  const text = [SLOTH, OPEN_SLO, ...ours]
    .map((each) => objectivesTypeScript(importObjectives(each, "it.yaml")))
    .join("\n");
  const biome = ["biome", "format", "--stdin-file-path=systems/shop/objectives.ts"];
  const { status, stdout, stderr } = spawnSync("npx", biome, {
    input: text,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toBe(text);
});

test("says what was imported", async () => {
  const imported = importObjectives(OPEN_SLO, "cart.yaml");
  const text = objectivesTypeScript(imported)
    .replace(/^import .*$/m, "")
    .replace(/: readonly Objective\[\]/g, "");
  const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<
    string,
    Objective[]
  >;
  expect({ ...module }).toEqual({ CART_OBJECTIVES: imported.services[0]?.objectives });
});

test("is a file of a system's folder", () => {
  expect(
    objectivesTypeScript({
      services: [
        {
          service: "api",
          objectives: [{ name: "up", indicator: { kind: "availability" }, target: 99, owner: "me" }],
        },
        {
          service: "2nd api",
          objectives: [
            { name: "up", indicator: { kind: "availability" }, target: 99, owner: "me" },
            {
              name: "lost",
              indicator: {
                kind: "queries",
                bad: `sum(rate(lost_messages_total{job="queue",reason!~"expired|duplicate"}[$window]))`,
                total: `sum(rate(messages_total{job="queue"}[$window]))`,
              },
              target: 99.9,
              window: "28 days",
              owner: "me",
            },
          ],
        },
      ],
      notes: [],
    }),
  ).toBe(`import type { Objective } from "../../components/objectives/objective.ts";

/** What api promises. */
export const API_OBJECTIVES: readonly Objective[] = [
  { name: "up", indicator: { kind: "availability" }, target: 99, owner: "me" },
];

/** What 2nd api promises. */
export const SERVICE_2ND_API_OBJECTIVES: readonly Objective[] = [
  { name: "up", indicator: { kind: "availability" }, target: 99, owner: "me" },
  {
    name: "lost",
    indicator: {
      kind: "queries",
      bad: 'sum(rate(lost_messages_total{job="queue",reason!~"expired|duplicate"}[$window]))',
      total: 'sum(rate(messages_total{job="queue"}[$window]))',
    },
    target: 99.9,
    window: "28 days",
    owner: "me",
  },
];
`);
});
