import { relative, resolve } from "node:path";
import { CommandFailure, EXIT } from "../exit.ts";
import { factsOf } from "../plan/monitoring/facts.ts";
import { plan } from "../plan/plan.ts";
import { withProgress } from "../plan/progress.ts";
import { writeFiles } from "../plan/write.ts";
import { comparePages } from "./compare.ts";
import { GENERATED, runbookPages } from "./render.ts";

/** Options of `slipway runbooks`. */
export interface RunbooksFlags {
  readonly stack: string;
  /** Folder that pages are written into; default: `docs/runbooks` of the project. */
  readonly out?: string;
  readonly check?: true;
}

/** All pages of a stack, by their path below the folder of all runbooks. */
async function pagesOf(root: string, stack: string): Promise<ReadonlyMap<string, string>> {
  const { resources } = await plan({ root, stack, ownProcess: true });
  const facts = factsOf(resources);
  if (facts.length === 0) {
    throw new CommandFailure(
      `the stack "${stack}" watches no system, so there is nothing to write: declare a Monitoring in one of its systems.`,
    );
  }
  return new Map(facts.flatMap((system) => [...runbookPages(system, stack)]));
}

/**
 * `slipway runbooks`: writes the pages, or says which are not as they would be written; gives the exit code.
 * @throws PlanError, UsageError where the stack can't be planned; CommandFailure where nothing in it is watched
 */
export async function runRunbooks(root: string, { stack, out, check }: RunbooksFlags): Promise<number> {
  const folder = out === undefined ? resolve(root, "docs/runbooks") : resolve(out);
  const shown = relative(process.cwd(), folder) || ".";
  const pages = await withProgress(`planning ${stack}`, () => pagesOf(root, stack));
  if (check !== true) {
    const left = writeFiles(folder, pages);
    process.stdout.write([`${pages.size} pages in ${shown}`, ...left, ""].join("\n"));
    return EXIT.ok;
  }
  const differences = comparePages(folder, pages, GENERATED);
  if (differences.length === 0) {
    process.stdout.write(`${pages.size} pages in ${shown} are up to date\n`);
    return EXIT.ok;
  }
  const again = `npx slipway runbooks --stack ${stack}${out === undefined ? "" : ` --out ${out}`}`;
  const lines = differences.map(({ path, problem }) => `${shown}/${path} is ${problem}`);
  throw new CommandFailure([...lines, `Write them again: ${again}`].join("\n"));
}
