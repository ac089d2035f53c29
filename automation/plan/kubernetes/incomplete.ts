import { nameOf, typeOf } from "../urn.ts";
import type { Gap, KubernetesObject } from "./objects.ts";

/** How many fields a note names before it counts the rest. */
const FIELDS_NAMED = 3;

/** What is missing in an object's manifest and why, in one sentence without its end. */
export function gapsText(object: KubernetesObject): string {
  const named = object.gaps.slice(0, FIELDS_NAMED).map((gap) => gapText(object, gap));
  const rest = object.gaps.length - named.length;
  return named.join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}

function gapText({ body, madeFrom, urn }: KubernetesObject, { path, why }: Gap): string {
  if (why === "secret") return `\`${path}\` is a secret, which no plan writes out`;
  if (path === "metadata.name" && !hasName(body)) {
    return "`metadata.name` is not given: one is made when it is deployed";
  }
  const sources = (madeFrom[path.split(/[.[]/)[0] ?? ""] ?? []).filter((source) => source !== urn);
  const names = sources.map((source) => `"${nameOf(source)}" (${typeOf(source)})`);
  const shown = names.slice(0, FIELDS_NAMED).join(", ") + (names.length > FIELDS_NAMED ? ", …" : "");
  return `\`${path}\` is known only once ${shown === "" ? "something else" : shown} exists`;
}

function hasName(body: KubernetesObject["body"]): boolean {
  const { metadata } = body;
  return typeof metadata === "object" && metadata !== null && "name" in metadata;
}

/** What to do about objects that can't be written out whole. */
export function waysOut(objects: readonly KubernetesObject[]): string[] {
  const has = (wanted: (gap: Gap, object: KubernetesObject) => boolean) =>
    objects.some((object) => object.gaps.some((gap) => wanted(gap, object)));
  const nameless = has(({ path }, { body }) => path === "metadata.name" && !hasName(body));
  return [
    has(({ why }) => why === "secret")
      ? "Secret: let the cluster fetch it (an `ExternalSecret`, which is what a `Service` makes of its `secrets`): then the program holds no value, and the manifest is whole."
      : "",
    has(({ why }) => why === "unknown")
      ? "Not known yet: `slipway up` deploys what it waits for, and then this. To apply it by hand, put the value in and take `.incomplete` off the file's name."
      : "",
    nameless ? "Without a name: state `metadata.name`." : "",
  ].filter((way) => way !== "");
}
