import { readFileSync } from "node:fs";
import { Command } from "commander";
import { expect, test } from "vitest";
import { registerObjectives } from "../../../automation/commands/objectives.ts";
import { checkedImport } from "../../../automation/objectives/run.ts";
import { objectivesTypeScript } from "../../../automation/objectives/typescript.ts";

const guide = readFileSync(new URL("../../../docs/openslo.md", import.meta.url), "utf8");

/** The guide's blocks in a language. */
function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, text]) => text ?? "",
  );
}

test("the guide's example of an import is what it gives", () => {
  const [text = ""] = blocks("yaml");
  expect(blocks("ts")).toEqual([
    objectivesTypeScript(checkedImport({ file: "sloth.yaml", text }, undefined)),
  ]);
});

test("the guide's commands are those that there are", async () => {
  const commands = blocks("sh").flatMap((script) =>
    script.split(/[|\n]/).filter((line) => line.includes("slipway")),
  );
  expect(commands.length).toBeGreaterThanOrEqual(4);
  const called: string[] = [];
  for (const command of commands) {
    const program = new Command("slipway").exitOverride();
    registerObjectives(program, "/nowhere");
    for (const each of program.commands[0]?.commands ?? []) {
      each.exitOverride().action(() => {
        called.push(each.name());
      });
    }
    const words = command.replace(/>.*/, "").trim().split(" ");
    await program.parseAsync(words.slice(words.indexOf("slipway") + 1), { from: "user" });
  }
  expect(called).toEqual(["list", "list", "export", "export", "import"]);
});
