import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { createColors } from "picocolors";
import { packs } from "../../policies/catalogue.ts";
import { FRAMEWORKS } from "../../policies/core/frameworks.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { UsageError } from "../plan/errors.ts";
import { readProject } from "../plan/project.ts";
import { writeWhole } from "../plan/write.ts";
import { comparePages } from "../runbooks/compare.ts";
import { showsColor } from "../terminal.ts";
import { type ListedPolicy, listedPacks, listedPolicies } from "./listed.ts";
import { GENERATED, policyPages } from "./pages.ts";
import { stackPolicySettings } from "./settings.ts";
import { renderPolicies, renderPolicy } from "./text.ts";

/** Options of `slipway policies list`. */
export interface ListFlags {
  readonly pack?: string;
  readonly framework?: string;
  readonly stack?: string;
  readonly json?: true;
}

/** Options of `slipway policies show`. */
export interface ShowFlags {
  readonly stack?: string;
  readonly json?: true;
}

/** Options of `slipway policies docs`. */
export interface DocsFlags {
  /** Folder that pages are written into; default: `docs/policies` of the project. */
  readonly out?: string;
  readonly check?: true;
}

/** @throws UsageError that lists what there is */
function known(what: string, name: string | undefined, names: readonly string[]): void {
  if (name !== undefined && !names.includes(name))
    throw new UsageError(`there is no ${what} "${name}"; there are: ${names.join(", ")}`);
}

/** Every policy as it is listed. @throws UsageError, PlanError where the stack that is named can't be read */
function policiesOf(root: string, stack: string | undefined): ListedPolicy[] {
  const settings = stack === undefined ? undefined : stackPolicySettings(readProject(root, stack));
  return listedPolicies(listedPacks(packs), settings);
}

function print(value: unknown, text: () => string, json: true | undefined): void {
  process.stdout.write(`${json === true ? JSON.stringify(value, null, 2) : text()}\n`);
}

const colors = () => createColors(showsColor(process.stdout));

/** `slipway policies list`. @throws UsageError where there is no such pack, framework or stack */
export function listPolicies(root: string, { pack, framework, stack, json }: ListFlags): void {
  known(
    "pack",
    pack,
    listedPacks(packs).map(({ name }) => name),
  );
  known("framework", framework, Object.keys(FRAMEWORKS));
  const chosen = policiesOf(root, stack).filter(
    (policy) =>
      (pack === undefined || policy.pack === pack) &&
      (framework === undefined || Object.hasOwn(policy.frameworks, framework)),
  );
  print({ policies: chosen }, () => renderPolicies(chosen, colors()), json);
}

/** `slipway policies show`. @throws UsageError where there is no such policy */
export function showPolicy(root: string, id: string, { stack, json }: ShowFlags): void {
  const policies = policiesOf(root, stack);
  const policy = policies.find((each) => each.id === id);
  if (policy === undefined) {
    const words = id.split("-").filter((word) => word.length > 2);
    const near = policies.map((each) => each.id).filter((each) => words.some((word) => each.includes(word)));
    const ways = near.length === 0 ? "" : ` Near to it: ${near.slice(0, 5).join(", ")}.`;
    throw new UsageError(`there is no policy "${id}".${ways} \`slipway policies\` lists them`);
  }
  print(policy, () => renderPolicy(policy, colors()), json);
}

/** Writes pages whole, and removes those that were generated and no longer would be; those of somebody's own stay. */
function writePages(folder: string, pages: ReadonlyMap<string, string>): void {
  for (const { path, problem } of comparePages(folder, pages, GENERATED)) {
    if (problem === "no longer generated") rmSync(join(folder, path));
  }
  for (const [path, text] of pages) {
    const file = join(folder, path);
    if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeWhole(file, text);
  }
}

/**
 * `slipway policies docs`: writes the pages.
 * @throws CommandFailure with `check`, where pages are not as they would be written
 */
export function policyDocs(root: string, { out, check }: DocsFlags): number {
  const folder = out === undefined ? resolve(root, "docs/policies") : resolve(out);
  const shown = relative(process.cwd(), folder) || ".";
  const pages = policyPages(packs);
  if (check !== true) {
    writePages(folder, pages);
    process.stdout.write(`${pages.size} pages in ${shown}\n`);
    return EXIT.ok;
  }
  const differences = comparePages(folder, pages, GENERATED);
  if (differences.length === 0) {
    process.stdout.write(`${pages.size} pages in ${shown} are up to date\n`);
    return EXIT.ok;
  }
  const again = `npx slipway policies docs${out === undefined ? "" : ` --out ${out}`}`;
  const lines = differences.map(({ path, problem }) => `${shown}/${path} is ${problem}`);
  throw new CommandFailure([...lines, `Write them again: ${again}`].join("\n"));
}
