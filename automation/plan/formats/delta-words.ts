import type { CostDelta } from "../../../policies/cost/delta.ts";
import type { Capacity, ChangeKind, PlanDelta, PropertyChange, ResourceChange } from "../delta/types.ts";
import { shortType } from "../tree.ts";
import type { Json } from "../wire.ts";
import { untilText } from "./decided.ts";
import type { Shown } from "./shown.ts";
import { counted, dollars, placeText } from "./words.ts";

/** A cell of a block's table. `code`: it is a name, or a value. */
export interface BlockCell {
  readonly text: string;
  readonly code?: true;
}

/** One part of what changes, as a table; every format draws it in its own way. */
export interface Block {
  readonly title: string;
  /** Whether it decides, and so stands open. */
  readonly decides: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly BlockCell[])[];
}

/** Longest that a value may be in a table. */
const LONGEST_VALUE = 60;
/** Properties of one resource that are named; the rest is counted. */
const shownProperties = 8;

const text = (words: string): BlockCell => ({ text: words });
const code = (name: string): BlockCell => ({ text: name, code: true });

const verbs: Record<ChangeKind, string> = {
  replace: "replaced",
  delete: "deleted",
  create: "created",
  update: "updated",
  rename: "renamed",
};

/** What changes, in one sentence: `1 replaced, 2 updated; data at risk in 1; 1 new finding; +$12 a month`. */
export function deltaHeadline(delta: PlanDelta): string {
  const byKind = Map.groupBy(delta.resources, ({ kind }) => kind);
  const resources = (Object.keys(verbs) as ChangeKind[])
    .flatMap((kind) => (byKind.has(kind) ? [`${byKind.get(kind)?.length} ${verbs[kind]}`] : []))
    .join(", ");
  const { added, mended } = delta.policy;
  const cost = signedDollars(delta.cost.expected);
  const parts = [
    resources,
    delta.resources.some(atRisk) ? `data at risk in ${delta.resources.filter(atRisk).length}` : "",
    added.length > 0 ? counted(added.length, "new finding") : "",
    mended.length > 0 ? `${mended.length} mended` : "",
    cost === "$0.00" ? "" : `${cost} a month`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing changes" : parts.join("; ");
}

/** Whether a change takes something away that nothing else holds. */
export function atRisk({ kind, data, kept }: ResourceChange): boolean {
  return (kind === "replace" || kind === "delete") && data !== undefined && kept === undefined;
}

/** All that changes, what decides first; blocks without rows are left out. */
export function deltaBlocks(delta: PlanDelta, shown: Pick<Shown, "today" | "named">): Block[] {
  const of = (kind: ChangeKind) => delta.resources.filter((change) => change.kind === kind);
  const risks = delta.resources.filter(atRisk);
  const blocks: Block[] = [
    {
      title: "Data at risk",
      decides: true,
      columns: ["Resource", "What happens", "What goes with it"],
      rows: risks.map((change) => [
        named(change),
        text(`${verbs[change.kind]}${reason(change)}`),
        text(change.data ?? ""),
      ]),
    },
    {
      title: "Replaced",
      decides: true,
      columns: ["Resource", "Type", "Because of"],
      rows: of("replace").map((change) => [
        named(change),
        code(shortType(change.type)),
        text(causeOf(change, shown)),
      ]),
    },
    {
      title: "Deleted",
      decides: true,
      columns: ["Resource", "Type", ""],
      rows: of("delete").map((change) => [
        named(change),
        code(shortType(change.type)),
        text([change.kept, likeText(change, shown)].filter((part) => part !== undefined).join("; ")),
      ]),
    },
    policyBlock(delta, shown),
    {
      title: "Objectives",
      decides: true,
      columns: ["Service", "Objective", "Before", "After"],
      rows: delta.objectives.map(({ kind, service, objective, before = "–", after = "–" }) => [
        code(service),
        text(`${objective}: ${kind}`),
        text(before),
        text(after),
      ]),
    },
    {
      title: "Capacity",
      decides: true,
      columns: ["Service", "Before", "After"],
      rows: delta.capacity.map(({ service, before, after }) => [
        code(service),
        text(capacityWords(before)),
        text(capacityWords(after)),
      ]),
    },
    costBlock(delta.cost),
    {
      title: "Created",
      decides: false,
      columns: ["Resource", "Type"],
      rows: of("create").map((change) => [named(change), code(shortType(change.type))]),
    },
    {
      title: "Updated",
      decides: false,
      columns: ["Resource", "Properties"],
      rows: of("update").map((change) => [named(change), text(propertiesText(change.properties))]),
    },
    {
      title: "Renamed",
      decides: false,
      columns: ["Resource", "Before"],
      rows: of("rename").map((change) => [named(change), code(change.was ?? "")]),
    },
  ];
  return blocks.filter(({ rows }) => rows.length > 0);
}

function named({ title, place }: ResourceChange): BlockCell {
  return code(
    place === undefined ? title : `${title} (${placeText({ file: place.file, line: place.line })})`,
  );
}

function reason({ kind, properties, certain }: ResourceChange): string {
  if (kind === "delete") return "";
  const forcing = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
  const maybe = certain ? "" : ", if it is another one";
  return forcing.length === 0 ? ", perhaps" : `: ${forcing.join(", ")} can't be changed in place${maybe}`;
}

function causeOf(
  { properties, certain, because = [] }: ResourceChange,
  { named: nameOf }: Pick<Shown, "named">,
) {
  const forcing = properties.filter(({ replaces }) => replaces);
  if (forcing.length === 0) return `perhaps: ${because.map(nameOf).join(", ")} is replaced`;
  return `${propertiesText(forcing)}${certain ? "" : ", if it is another one"}`;
}

function likeText({ like }: ResourceChange, { named: nameOf }: Pick<Shown, "named">): string | undefined {
  if (like === undefined) return undefined;
  return `${nameOf(like)} is created just like it: if it is the same, an alias says so and nothing is deleted`;
}

function propertiesText(properties: readonly PropertyChange[]): string {
  const named = properties
    .slice(0, shownProperties)
    .map(({ path, before, after }) => `${path}: ${valueText(before)} → ${valueText(after)}`);
  const rest = properties.length - named.length;
  return [...named, ...(rest > 0 ? [`… and ${rest} more`] : [])].join("; ");
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  const line = whole.replace(/\s+/g, " ");
  return line.length > LONGEST_VALUE
    ? `${line.slice(0, LONGEST_VALUE).replace(/[\uD800-\uDBFF]$/, "")}…`
    : line;
}

function policyBlock({ policy }: PlanDelta, { named: nameOf, today }: Pick<Shown, "today" | "named">): Block {
  const found = (what: string, results: PlanDelta["policy"]["added"], isThere: boolean) =>
    results.map((result) => [
      text(what),
      code(result.policy),
      text(`${isThere ? nameOf(result.urn) : lastName(result.urn)}: ${result.message}`),
    ]);
  return {
    title: "What policies find",
    decides: true,
    columns: ["", "Policy", "What"],
    rows: [
      ...found(
        "new: blocks",
        policy.added.filter(({ blocking }) => blocking),
        true,
      ),
      ...found(
        "new: warns",
        policy.added.filter(({ blocking }) => !blocking),
        true,
      ),
      ...policy.enforcement.map(({ policy: id, before, after }) => [
        text("done otherwise"),
        code(id),
        text(`${before} → ${after}`),
      ]),
      ...policy.exempted.map(({ policy: id, urn, exemption }) => [
        text("newly exempted"),
        code(id),
        text(
          exemption === undefined
            ? nameOf(urn)
            : `${nameOf(urn)}: ${exemption.owner}, ${untilText(exemption.until, today)}: ${exemption.reason}`,
        ),
      ]),
      ...policy.ending.map(({ policy: id, resource, owner, until }) => [
        text("exemption ends"),
        code(id),
        text(`${resource}: ${owner}, ${untilText(until, today)}`),
      ]),
      ...found("mended", policy.mended, false),
    ],
  };
}

/** What a resource that is gone was called. */
function lastName(urn: string): string {
  return urn === "" ? "the stack" : urn.split("::").slice(3).join("::");
}

function capacityWords(capacity: Capacity | undefined): string {
  if (capacity === undefined) return "–";
  const { min, max, perInstance, peak, headroom } = capacity;
  const beyond = headroom < 0 ? `${-headroom}/s short of` : `${headroom}/s beyond`;
  return `${min} to ${max} instances of ${perInstance}/s, ${beyond} the peak of ${peak}/s`;
}

function costBlock({ lines, expected, low, high }: CostDelta): Block {
  const rows = lines.map(({ what, before, after, missing }) => {
    const step = (end: "expected" | "high") =>
      `${before === undefined ? "–" : dollars(before[end])} → ${after === undefined ? "–" : dollars(after[end])}`;
    const same = before && after && dollars(before.expected) === dollars(after.expected);
    return [text(what), text(missing ?? (same ? `${step("high")} at peak all day` : step("expected")))];
  });
  const total = `${signedDollars(expected)} expected (${signedDollars(low)} with no use, ${signedDollars(high)} at peak all day)`;
  return {
    title: "Estimated cost",
    decides: false,
    columns: ["What", "a month"],
    rows: rows.length === 0 ? [] : [[text("all of it"), text(total)], ...rows],
  };
}

function signedDollars(amount: number): string {
  const size = dollars(Math.abs(amount));
  return size === "$0.00" ? size : `${amount > 0 ? "+" : "−"}${size}`;
}
