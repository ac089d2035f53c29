import { createColors } from "picocolors";
import { refuse } from "../../components/errors.ts";
import { objectiveProblems } from "../../components/objectives/objective.ts";
import { type ImportedObjectives, importObjectives } from "../../components/objectives/open-slo/import.ts";
import { showsColor } from "../terminal.ts";
import { type Input, readInput } from "./input.ts";
import { listedObjectives, renderObjectives } from "./list.ts";
import { promised, type StackFlags } from "./stack.ts";
import { openSloText } from "./text.ts";
import { objectivesTypeScript } from "./typescript.ts";

/** Options of `import`. */
export interface ImportFlags {
  readonly owner?: string;
  readonly format: "typescript" | "json";
}

/** `slipway objectives export`. @throws see {@link promised} */
export async function exportObjectives(root: string, flags: StackFlags): Promise<void> {
  process.stdout.write(openSloText(await promised(root, flags)));
}

/** `slipway objectives list`. @throws see {@link promised} */
export async function listObjectives(
  root: string,
  flags: StackFlags & { readonly json?: true },
): Promise<void> {
  const objectives = listedObjectives(await promised(root, flags));
  const text =
    flags.json === true
      ? JSON.stringify({ stack: flags.stack, objectives }, null, 2)
      : renderObjectives(objectives, createColors(showsColor(process.stdout)));
  process.stdout.write(`${text}\n`);
}

/**
 * The objectives of a text, each of which could be declared.
 * @throws SlipwayError with everything that can't be imported, or that would be refused once it is declared
 */
export function checkedImport({ file, text }: Input, owner: string | undefined): ImportedObjectives {
  const imported = importObjectives(text, file, owner === undefined ? {} : { owner });
  const problems = imported.services.flatMap(({ service, objectives }) =>
    objectiveProblems(objectives).map((problem) => `${service}: ${problem}`),
  );
  refuse(file, problems);
  return imported;
}

/** `slipway objectives import`. @throws see {@link checkedImport} and `readInput` */
export async function importFile(
  name: string,
  { owner, format }: ImportFlags,
  stdin: Parameters<typeof readInput>[1] = process.stdin,
): Promise<void> {
  const imported = checkedImport(await readInput(name, stdin), owner);
  if (format === "json") {
    process.stdout.write(`${JSON.stringify(imported, null, 2)}\n`);
    return;
  }
  process.stderr.write(imported.notes.map((note) => `note: ${note}\n`).join(""));
  process.stdout.write(objectivesTypeScript(imported));
}
