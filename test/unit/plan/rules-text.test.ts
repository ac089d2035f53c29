import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { yamlText } from "../../../automation/plan/kubernetes/yaml.ts";
import { factsOf } from "../../../automation/plan/monitoring/facts.ts";
import { ruleGroupsText } from "../../../automation/plan/monitoring/rules-text.ts";
import { plan } from "../../../automation/plan/plan.ts";
import type { MonitoringFacts } from "../../../components/alerting/facts.ts";
import type { RuleGroup } from "../../../components/alerting/rule.ts";
import { systemRules } from "../../../components/alerting/rules.ts";

/** What the library for YAML makes of the same. */
function byLibrary(groups: readonly RuleGroup[]): string {
  return yamlText({ groups } as unknown as Parameters<typeof yamlText>[0]);
}

describe("rules as YAML", () => {
  let systems: MonitoringFacts[];
  beforeAll(async () => {
    systems = factsOf((await plan({ root: process.cwd(), stack: "production" })).resources);
  });

  test("are what the library would write, for every system", () => {
    expect(systems).toHaveLength(5);
    for (const facts of systems)
      expect(ruleGroupsText(systemRules(facts))).toBe(byLibrary(systemRules(facts)));
  });

  test("read back as they were, with texts that YAML might take for something else", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.constantFrom(
        "yes",
        "0x1f",
        "1e3",
        "~",
        "null",
        "- a",
        "a: b",
        "#",
        "a\nb",
        " a\nb ",
        "a\n\nb",
        "é",
        "2026-11-21",
      ),
      fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 4 }).map((lines) => lines.join("\n")),
    );
    const rule = fc.record({
      alert: text,
      expr: text,
      labels: fc.record({ severity: text, owner: text }),
      annotations: fc.record({ summary: text }),
    });
    const group = fc.record({
      name: text,
      interval: fc.constant("30s"),
      rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 2 }), (groups) => {
        for (const version of ["1.1", "1.2"] as const) {
          expect(parse(ruleGroupsText(groups), { version })).toEqual({ groups });
        }
      }),
      { numRuns: 500 },
    );
  });
});
