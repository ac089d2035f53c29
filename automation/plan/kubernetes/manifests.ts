import { nameOf } from "../urn.ts";
import { gapsText, waysOut } from "./incomplete.ts";
import type { KubernetesObject, KubernetesPlan } from "./objects.ts";
import { clusterNeeds, readme } from "./readme.ts";
import { groupOf } from "./scope.ts";
import { conventional, yamlText } from "./yaml.ts";

/** Files to write, by their path, and what the reader should know of them. */
export interface RenderedFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** The folder of all manifests. */
const FOLDER = "kubernetes";

/**
 * Manifests of a plan: `kubernetes/<namespace>/<kind>-<name>.yaml`, and `kubernetes/_cluster/…` for what belongs to no
 * namespace, which comes first by the alphabet and so in `kubectl apply -R -f kubernetes/`. What can't be written out
 * whole, because it holds a secret or a value that is not known yet, ends in `.yaml.incomplete`, which `kubectl`
 * passes by; `INCOMPLETE.md` says what is missing. Pure, and the same for the same plan to the byte.
 */
export function manifestFiles({ objects, others }: KubernetesPlan): RenderedFiles {
  if (objects.length === 0 && others.length === 0) return { files: new Map(), notes: [] };
  const files = new Map<string, string>();
  const notes: string[] = [];
  const missing: string[] = [];
  for (const [path, object] of paths(objects)) {
    if (files.has(path)) {
      notes.push(
        `${path} is declared twice, the second time by "${object.logicalName}", which is left out: give one of them another name`,
      );
      continue;
    }
    files.set(path, yamlText(conventional(object.body)));
    if (object.gaps.length > 0) missing.push(`${path} is not whole: ${gapsText(object)}`);
  }
  missing.push(
    ...others.map(
      ({ type, name }) =>
        `"${name}" (${type}) is no single object, so it has no manifest: \`slipway up\` deploys it`,
    ),
  );
  const needs = clusterNeeds(objects);
  const incomplete = objects.filter(({ gaps }) => gaps.length > 0);
  if (missing.length > 0) files.set(`${FOLDER}/INCOMPLETE.md`, incompleteText(missing, waysOut(incomplete)));
  files.set(`${FOLDER}/README.md`, readme(needs, providersOf(objects).size > 1, missing.length));
  return { files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), notes: [...notes, ...missing] };
}

function providersOf(objects: readonly KubernetesObject[]): Set<string> {
  return new Set(objects.map(({ provider }) => provider));
}

/** Each object with the path of its file. */
function paths(objects: readonly KubernetesObject[]): [string, KubernetesObject][] {
  const several = providersOf(objects).size > 1;
  const short = (object: KubernetesObject) => pathOf(object, object.kind.toLowerCase(), several);
  // Two kinds of one name, of different groups, are told apart by the group.
  const groups = Map.groupBy(objects, short);
  return objects.map((object) => {
    const sharing = groups.get(short(object)) ?? [];
    const group = groupOf(object.apiVersion);
    const ambiguous = sharing.some(({ apiVersion }) => groupOf(apiVersion) !== group) && group !== "";
    const kind = object.kind.toLowerCase();
    return [ambiguous ? pathOf(object, `${kind}.${group}`, several) : short(object), object];
  });
}

function pathOf(object: KubernetesObject, kind: string, several: boolean): string {
  const cluster = several ? `${fileName(nameOf(object.provider) || "default-provider")}/` : "";
  const ending = object.gaps.length === 0 ? ".yaml" : ".yaml.incomplete";
  const file = `${kind}-${fileName(object.name ?? object.logicalName)}${ending}`;
  return `${FOLDER}/${cluster}${namespaceFolder(object.namespace)}/${file}`;
}

/** Folders of no namespace begin with `_`, which no namespace's name does; so does one that would sort before `_cluster`. */
function namespaceFolder(namespace: string | null | undefined): string {
  if (namespace === undefined) return "_cluster";
  if (namespace === null) return "_unknown";
  return /^[a-z]/.test(namespace) ? fileName(namespace) : `_namespace-${fileName(namespace)}`;
}

/** A name as part of a file's: without what some file system refuses, and never a path. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+/, "_");
}

function incompleteText(missing: readonly string[], ways: readonly string[]): string {
  return [
    "# Not whole",
    "",
    "These are not among what `kubectl apply` reads, and `slipway up` deploys them:",
    "",
    ...missing.map((each) => `- ${each}.`),
    ...(ways.length === 0 ? [] : ["", "What to do:", "", ...ways.map((way) => `- ${way}`)]),
    "",
  ].join("\n");
}
