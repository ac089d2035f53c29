import { createColors } from "picocolors";
import { capacityText, fullName, objectiveText } from "../services.ts";
import { shortType, treeLines, treeOf } from "../tree.ts";
import { exemptedFindings, remediatedLines, untilText } from "./decided.ts";
import { type Block, deltaBlocks, deltaHeadline } from "./delta-words.ts";
import { foundLines } from "./found-lines.ts";
import { fullSubject, type Shown } from "./shown.ts";
import {
  askedText,
  costLines,
  costSubject,
  costText,
  costTotal,
  findingsByPolicy,
  headline,
  type OpenVerdict,
} from "./words.ts";

/**
 * Of one policy, how many places are named: all that stop a deployment; of advice as many as somebody looks at; of what can't
 * be judged yet a few, as nobody can do anything about it in a plan.
 */
const shownPlaces: Record<OpenVerdict, number> = {
  blocks: Number.POSITIVE_INFINITY,
  warns: 10,
  "not evaluated": 3,
};

/** The result for a terminal. @param color whether the terminal shows colours */
export function textReport(shown: Shown, color: boolean): string {
  const { result } = shown;
  const paint = createColors(color);
  const mark: Record<OpenVerdict, string> = {
    blocks: paint.red("✗"),
    warns: paint.yellow("!"),
    "not evaluated": paint.cyan("?"),
  };
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
  const findings = findingsByPolicy(shown);
  const marks = new Map<string, string>();
  for (const { verdict, findings: list } of findings.toReversed()) {
    for (const { result: one } of list) if (one.urn !== "") marks.set(one.urn, mark[verdict]);
  }

  const drawn = shown.drawn ? treeLines(treeOf(result.resources)) : [];
  const tree = drawn.map(({ branch, resource }) => {
    const flags = [
      resource.options.protect === true ? paint.dim(" protected") : "",
      marks.has(resource.urn) ? ` ${marks.get(resource.urn)}` : "",
    ].join("");
    return `${paint.dim(branch)}${resource.name} ${paint.dim(shortType(resource.type))}${flags}`;
  });
  const services = (result.services ?? []).flatMap((service) => [
    `  ${fullName(service)}: ${capacityText(service)}`,
    ...service.objectives.map(
      (objective) =>
        `    ${objective.name}: ${objectiveText(objective)} ${paint.dim(`(${objective.owner})`)}`,
    ),
  ]);
  const policies = findings.flatMap(({ policy, verdict, findings: list }) => [
    `  ${mark[verdict]} ${paint.bold(policy.id)} ${paint.dim(`${policy.pack}, ${policy.severity}, ${verdict}`)}`,
    `    ${policy.title}`,
    ...foundLines(list, shownPlaces[verdict]),
    ...(verdict === "not evaluated" ? [] : [paint.dim(`    ${policy.fix}`)]),
  ]);
  const exempted = exemptedFindings(shown).flatMap(
    ({ policy, owner, reason, until, soon, findings: list }) => {
      const left = untilText(until, shown.today);
      return [
        `  ${paint.bold(policy.id)} ${paint.dim(`${owner}, `)}${soon ? paint.yellow(left) : paint.dim(left)}`,
        `    ${reason}`,
        ...foundLines(list, list.length),
      ];
    },
  );
  const mended = remediatedLines(shown).map(([id, where]) => `  ${paint.bold(id)}: ${where.join(", ")}`);
  const { delta } = result;
  const changes = delta === undefined ? [] : deltaLines(deltaBlocks(delta, shown), paint);
  const costs =
    result.cost === undefined
      ? []
      : [
          `  ${paint.bold(costTotal(result.cost))}`,
          ...costLines(result.cost).map((line) => `  ${costText(line).padStart(18)}  ${costSubject(line)}`),
        ];
  const blocked = result.totals.blocking > 0;
  return [
    ...tree,
    ...section("What changes", changes),
    ...section("Services", services),
    ...section("Policies", policies),
    ...section("Exempted", exempted),
    ...section("Mended before it was judged", mended),
    ...section("Estimated cost", costs),
    ...section(
      "Notes",
      result.notes.map((note) => `  ${note}`),
    ),
    ...section(
      "The program said",
      result.messages.map(({ severity, text }) => `  ${severity === "info" ? "" : `${severity}: `}${text}`),
    ),
    "",
    `${paint.bold(fullSubject(shown))}: ${shown.size}; ${askedText(result)}`,
    ...(delta === undefined ? [] : [`against the other plan: ${deltaHeadline(delta)}`]),
    (blocked ? paint.red : paint.green)(headline(result)),
    "",
  ].join("\n");
}

/** What changes, block by block. */
function deltaLines(blocks: readonly Block[], paint: ReturnType<typeof createColors>): string[] {
  return blocks.flatMap(({ title, decides, rows }) => [
    `  ${decides ? paint.bold(title) : title}`,
    ...rows.map((row) => {
      const [first, ...rest] = row.map((cell) => cell.text).filter((words) => words !== "");
      return `    ${first}${rest.map((words) => `  ${paint.dim("·")} ${words}`).join("")}`;
    }),
  ]);
}
