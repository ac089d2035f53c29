import { setImmediate as turn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { documentsOf, type SourceDocument } from "./documents.ts";
import { contentOf, identityOf, type ManifestObject, objectTitle } from "./objects.ts";
import { Places } from "./places.ts";
import { type InputProblem, inputFailure } from "./problem.ts";
import type { Source } from "./sources.ts";
import { successorOf } from "./subjects.ts";

/** What sources hold. */
export interface Input {
  /** In the order of files and lines; each object once. */
  readonly objects: readonly ManifestObject[];
  /** Stacks, as `pulumi stack export` wrote them. */
  readonly states: readonly SourceDocument[];
  /** What the reader should know of what was not looked at, or not as it stands there. */
  readonly notes: readonly string[];
  readonly places: Places;
}

/** So long the event loop waits for us at most, in milliseconds: otherwise neither progress nor Ctrl-C would get a turn. */
const LONGEST_TURN = 50;

/** Of files that hold nothing of Kubernetes, so many are named. */
const NAMED_FILES = 5;

/**
 * Reads all that sources hold.
 * @param known problems that were found before
 * @throws CommandFailure that tells all that is wrong with them, or that there is nothing in them
 */
export async function readInput(
  sources: readonly Source[],
  known: readonly InputProblem[] = [],
): Promise<Input> {
  const problems = [...known];
  const places = new Places();
  const objects: ManifestObject[] = [];
  const states: SourceDocument[] = [];
  const leftOut: string[] = [];
  const notes: string[] = [];
  let begin = performance.now();
  for (const source of sources.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    const others: SourceDocument[] = [];
    let found = 0;
    for (const document of documentsOf(source, problems)) {
      if (performance.now() - begin > LONGEST_TURN) {
        await turn();
        begin = performance.now();
      }
      if (document.value === undefined) continue;
      const content = contentOf(document);
      if (content.kind === "other") {
        others.push(document);
        continue;
      }
      found += 1;
      if (content.kind === "state") states.push(document);
      else if (content.kind === "kustomization") {
        notes.push(
          `${source.file}: says what to build, and is not built here: \`kustomize build\` its folder \`| slipway check -\``,
        );
      } else if (content.kind === "settings") {
        const { file, line } = places.find(document, "");
        notes.push(`${file}:${line}: ${content.title} has no name, as a tool's settings; it was not judged`);
      } else {
        objects.push(...content.objects);
        problems.push(
          ...content.problems.map(({ at, message }) => ({ ...places.find(document, at), message })),
        );
      }
    }
    if (others.length === 0) continue;
    if (source.named || found > 0) problems.push(...others.map((document) => neither(document, places)));
    else leftOut.push(source.file);
  }
  if (leftOut.length > 0) notes.push(leftOutNote(leftOut));
  const once = eachOnce(objects, places, problems, notes);
  for (const object of once) {
    const successor = successorOf(object);
    if (successor === undefined) continue;
    const { file, line } = places.find(object.document, object.at);
    notes.push(
      `${file}:${line}: no cluster takes ${object.kind} of ${object.apiVersion} any more; it was judged as ${successor}`,
    );
  }
  if (problems.length > 0) throw inputFailure(problems);
  if (once.length === 0 && states.length === 0) throw inputFailure([nothing(sources, notes)]);
  return { objects: withoutOwned(once, notes), states, notes, places };
}

function neither(document: SourceDocument, places: Places): InputProblem {
  const message =
    "is neither an object of Kubernetes, which has apiVersion and kind, nor the output of `pulumi stack export`";
  return { ...places.find(document, ""), message };
}

function nothing(sources: readonly Source[], notes: readonly string[]): InputProblem {
  const file = sources.length === 1 ? (sources[0] as Source).file : `${sources.length} files`;
  const ways =
    "give it manifests (.yaml, .yml, .json), or pipe what a tool renders: `kustomize build . | slipway check -`";
  return { file, message: ["there is no object in it to check", ...notes, ways].join("; ") };
}

function leftOutNote(files: readonly string[]): string {
  const named = files.slice(0, NAMED_FILES).join(", ");
  const rest = files.length > NAMED_FILES ? ` and ${files.length - NAMED_FILES} more` : "";
  return `left out, since there is no object of Kubernetes in them: ${named}${rest}`;
}

/** Each object once: one that is there twice in the same words is said, one in different words is a problem. */
function eachOnce(
  objects: readonly ManifestObject[],
  places: Places,
  problems: InputProblem[],
  notes: string[],
): ManifestObject[] {
  const first = new Map<string, ManifestObject>();
  return objects.filter((object) => {
    if (object.name.endsWith("*")) return true;
    const known = first.get(identityOf(object));
    if (known === undefined) {
      first.set(identityOf(object), object);
      return true;
    }
    const { file, line } = places.find(known.document, known.at);
    const here = places.find(object.document, object.at);
    if (isDeepStrictEqual(known.value, object.value)) {
      notes.push(
        `${here.file}:${here.line}: ${objectTitle(object)} is the same as in ${file}:${line}, and was judged once`,
      );
    } else {
      const message = `${objectTitle(object)} is also in ${file}:${line}, and differs: applied together, the later would undo the earlier. Check one environment at a time, or take one out`;
      problems.push({ ...here, message });
    }
    return false;
  });
}

/** Without what a controller made from another object of the input: it is judged where it is declared. */
function withoutOwned(objects: readonly ManifestObject[], notes: string[]): ManifestObject[] {
  const declared = new Set(
    objects.map(({ kind, namespace, name }) => JSON.stringify([kind, namespace, name])),
  );
  const kept = objects.filter(({ namespace, value }) => {
    const owners = (value.metadata as { ownerReferences?: unknown } | undefined)?.ownerReferences;
    if (!Array.isArray(owners)) return true;
    return !owners.some((owner: { kind?: unknown; name?: unknown; controller?: unknown } | null) => {
      return owner?.controller === true && declared.has(JSON.stringify([owner.kind, namespace, owner.name]));
    });
  });
  if (kept.length < objects.length) {
    notes.push(
      `${objects.length - kept.length} objects were made by controllers from others, and were judged there`,
    );
  }
  return kept;
}
