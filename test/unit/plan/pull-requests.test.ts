import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildProgram } from "../../../automation/main.ts";

const guide = readFileSync(new URL("../../../docs/pull-requests.md", import.meta.url), "utf8");
const workflow = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";

interface Step {
  readonly run?: string;
  readonly uses?: string;
}

describe("the workflow for pull requests", () => {
  const steps = Object.values(parse(workflow).jobs as Record<string, { steps: Step[] }>).flatMap(
    (job) => job.steps,
  );

  test("pins every action to a commit, and says which version that is", () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(2);
    for (const action of used) {
      expect(action).toMatch(/^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40}$/);
      expect(workflow).toMatch(new RegExp(`${action} # v\\d+\\.\\d+\\.\\d+`));
    }
  });

  test("calls commands that there are, with options that they take", () => {
    const program = buildProgram("");
    const calls = `${steps.map(({ run = "" }) => run).join("\n")}\n${guide}`.matchAll(
      /npx slipway ([a-z]+)([^\n|>]*)/g,
    );
    const called = [...calls].map(([, name = "", rest = ""]) => ({
      name,
      flags: rest.match(/--[a-z-]+/g) ?? [],
    }));
    expect(called.map(({ name }) => name)).toEqual(expect.arrayContaining(["plan", "comment"]));
    for (const { name, flags } of called) {
      const command = program.commands.find((one) => one.name() === name);
      expect(
        command?.options.map(({ long }) => long),
        name,
      ).toEqual(expect.arrayContaining(flags));
    }
  });

  test("may write no more than it needs", () => {
    expect(parse(workflow).permissions).toEqual({
      contents: "read",
      "pull-requests": "write",
      "security-events": "write",
    });
  });
});
