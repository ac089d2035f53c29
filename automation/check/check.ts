import { packs } from "../../policies/catalogue.ts";
import type { PolicyResult } from "../../policies/core/evaluate.ts";
import type { Pack, PolicyResource } from "../../policies/core/policy.ts";
import { NO_SETTINGS, type PolicySettings } from "../../policies/core/settings.ts";
import { judge, policyFacts } from "../plan/judge.ts";
import type { Place } from "../plan/places.ts";
import { Redactor } from "../plan/redact.ts";
import type { PlanResource } from "../plan/resources.ts";
import { sumScores } from "../plan/score.ts";
import { collectTexts, type KnownTexts, type Wire } from "../plan/wire.ts";
import type { ManifestObject } from "./objects.ts";
import { inputFailure } from "./problem.ts";
import { type Input, readInput } from "./read.ts";
import type { CheckResult } from "./result.ts";
import type { Source } from "./sources.ts";
import { type ExportedStack, exportedStack, urnOffsets } from "./state.ts";
import { fileUrn, subjectOf, urnOf } from "./subjects.ts";

/** Resources that are one stack to policies, and where each stands. */
interface Group {
  readonly subjects: readonly PolicyResource[];
  readonly resources: readonly PlanResource[];
  readonly place: (found: PolicyResult) => Place;
}

/** Said where something is wrong with manifests: who tries a sandbox's would look in vain for what is asked too much. */
const JUDGED_STRICTLY =
  "what states no environment was judged as production's; --environment staging (or sandbox, …) says what it is for";

/**
 * Runs packs over manifests and exported stacks. All manifests together are one stack; each exported stack is one by itself.
 * @param input `environment`: what manifests are for that state none themselves, as a stack's name does it for a program;
 * `checked`: what the caller asked for
 * @throws CommandFailure where the input can't be judged
 */
export async function check(
  input: {
    readonly sources: readonly Source[];
    readonly problems?: Parameters<typeof readInput>[1];
    readonly checked?: readonly string[];
    readonly environment?: string;
    /** What is said of the packs. Default: nothing. */
    readonly settings?: PolicySettings;
    /** Folders of policy packs that others wrote: they run in processes of their own. Default: none. */
    readonly policyPacks?: readonly string[];
  },
  judges: readonly Pack[] = packs,
): Promise<CheckResult> {
  const { sources, environment, settings = NO_SETTINGS, checked = sources.map(({ file }) => file) } = input;
  const read = await readInput(sources, input.problems);
  const texts: KnownTexts = { secret: new Set(), clear: new Set() };
  const stacks = read.states.map((document) => ({ document, stack: stackIn(document) }));
  const groups = [
    ...(read.objects.length === 0 ? [] : [manifestGroup(read, texts, environment)]),
    ...stacks.map(({ document, stack }) => stateGroup(document.source, stack, read, texts)),
  ];
  const redactor = new Redactor(texts);
  const said = await foreignPacks(input.policyPacks ?? [], groups, environment, judges);
  const judged = groups.map((group, index) => ({
    group,
    ...judge(group.subjects, [...judges, ...(said[index] ?? [])], redactor, { settings }),
  }));
  const asked = [...judges, ...(said[0] ?? [])];
  const order = new Map(asked.flatMap(({ policies }) => policies).map(({ id }, index) => [id, index]));
  const results = judged
    .flatMap(({ group, policy }) => policy.results.map((found) => ({ ...found, ...group.place(found) })))
    .sort((a, b) => (order.get(a.policy) ?? 0) - (order.get(b.policy) ?? 0));
  const sum = (count: (one: (typeof judged)[number]) => number) =>
    judged.reduce((total, one) => total + count(one), 0);
  const made = stacks.reduce((total, { stack }) => total + stack.custom, 0);
  const resources = groups.flatMap((group) => group.resources);
  const blocking = sum(({ found }) => found.blocking);
  const strict = blocking > 0 && environment === undefined && read.objects.length > 0;
  return {
    schemaVersion: 1,
    checked,
    ...(environment === undefined ? {} : { environment }),
    counts: {
      files: new Set(
        [...read.objects.map(({ document }) => document), ...read.states].map(({ source }) => source),
      ).size,
      objects: read.objects.length,
      stacks: stacks.length,
    },
    totals: {
      resources: read.objects.length + made,
      components: stacks.reduce(
        (total, { stack }) => total + Math.max(0, stack.subjects.length - stack.custom - 1),
        0,
      ),
      blocking,
      advisory: sum(({ found }) => found.advisory),
      notEvaluated: sum(({ found }) => found.notEvaluated),
      exempted: sum(({ found }) => found.exempted),
    },
    policy: {
      policies: policyFacts(asked, settings),
      results,
      exemptions: settings.exemptions,
      remediated: judged.flatMap(({ policy }) => policy.remediated),
      scores: sumScores(judged.map(({ policy }) => policy.scores)),
    },
    notes: [
      ...read.notes,
      ...stacks.flatMap(({ stack }) => stack.notes),
      ...(strict ? [JUDGED_STRICTLY] : []),
    ].map((note) => redactor.text(note)),
    messages: [],
    resources,
  };
}

/** What packs that others wrote say of each group. They don't see what settings have mended. */
async function foreignPacks(
  folders: readonly string[],
  groups: readonly Group[],
  environment: string | undefined,
  judges: readonly Pack[],
): Promise<readonly (readonly Pack[])[]> {
  if (folders.length === 0) return [];
  const { withForeignPacks } = await import("../plan/foreign/pack.ts");
  const names = { project: "check", stack: environment ?? "check" };
  return await withForeignPacks(folders, names, judges, async (foreign) => {
    const said: Pack[][] = [];
    for (const { subjects } of groups) {
      const packs: Pack[] = [];
      for (const pack of foreign) packs.push(await pack.judge(subjects));
      said.push(packs);
    }
    return said;
  });
}

/** All manifests, as one stack. */
function manifestGroup(
  { objects, places }: Input,
  texts: KnownTexts,
  environment: string | undefined,
): Group {
  const byUrn = new Map<string, ManifestObject>();
  for (const object of objects) {
    const urn = urnOf(object, environment);
    let unique = urn;
    // Objects whose names the API server makes have no name of their own yet.
    for (let count = 2; byUrn.has(unique); count += 1) unique = `${urn}#${count}`;
    byUrn.set(unique, object);
  }
  const sorted = [...byUrn].sort(([a], [b]) => (a < b ? -1 : 1));
  const subjects = sorted.map(([urn, object]) => subjectOf(object, urn, texts));
  const files = [...new Set(objects.map(({ document }) => document.source.file))].sort();
  const bare = { inputs: {}, dependencies: [], options: {} };
  const fileNodes = files.map((file) => {
    const urn = `${fileUrn(file, environment)}${file}`;
    return { ...bare, urn, type: "file", name: file, parent: null };
  });
  const resources = subjects.map(({ urn, type, name }) => {
    const { file } = (byUrn.get(urn) as ManifestObject).document.source;
    return { ...bare, urn, type, name, parent: `${fileUrn(file, environment)}${file}` };
  });
  return {
    subjects,
    resources: [...fileNodes, ...resources],
    place: ({ urn, path = "" }) => {
      const object = byUrn.get(urn) ?? (objects[0] as ManifestObject);
      return places.find(object.document, [object.at, path].filter((part) => part !== "").join("."));
    },
  };
}

function stackIn(document: Parameters<typeof exportedStack>[0]): ExportedStack {
  try {
    return exportedStack(document);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw inputFailure([{ file: document.source.file, message: error.message }]);
  }
}

/** An exported stack. Findings stand where the resource begins: what is in it is Pulumi's business. */
function stateGroup(
  source: Source,
  { subjects, resources }: ExportedStack,
  { places }: Input,
  texts: KnownTexts,
): Group {
  for (const { props } of subjects) collectTexts(props as Wire, texts);
  let offsets: ReadonlyMap<string, number> | undefined;
  return {
    subjects,
    resources,
    place: ({ urn }) => {
      offsets ??= urnOffsets(source.text);
      return places.at(source, offsets.get(urn) ?? 0);
    },
  };
}
