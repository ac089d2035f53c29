import type { Command } from "commander";

/** Adds `schema`. */
export function registerSchema(program: Command, root: string): void {
  program
    .command("schema")
    .description(
      "write the JSON Schema of a stack file's `slipway:stack` and `slipway:policies`, for editors",
    )
    .addHelpText("after", "\nExamples:\n  $ slipway schema        writes docs/reference/stack.schema.json")
    .action(async () => {
      const { writeSchema } = await import("../stack-schema.ts");
      process.stdout.write(`${await writeSchema(root)}\n`);
    });
}
