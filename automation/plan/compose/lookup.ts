import { entriesAt, listAt, textAt } from "../read.ts";
import { isMarked } from "./variables.ts";
import type { Source, Workload } from "./workloads.ts";

/** The ConfigMap that a workload means by a name; where the name is not known yet, the one that it is made from. */
export function configMapOf(
  name: string | undefined,
  { source, namespace }: Workload,
  sources: readonly Source[],
): Source | undefined {
  const maps = sources.filter(({ object }) => object.kind === "ConfigMap" && object.namespace === namespace);
  if (name === undefined) return undefined;
  if (!isMarked(name)) return maps.find(({ object }) => object.name === name);
  const madeFrom = Object.values(source.object.madeFrom).flat();
  const candidates = maps.filter(({ object }) => object.name === undefined && madeFrom.includes(object.urn));
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** A value of a Secret, and where External Secrets fetches it. */
export interface SecretValue {
  readonly key: string;
  readonly origin: string;
}

/** The values of a Secret, as far as the plan tells: by the `ExternalSecret` that brings it. */
export function secretValues(
  name: string,
  namespace: string,
  sources: readonly Source[],
): readonly SecretValue[] | undefined {
  const brought = sources.find(
    ({ object, body }) =>
      object.kind === "ExternalSecret" &&
      object.namespace === namespace &&
      (textAt(body, "spec", "target", "name") ?? textAt(body, "metadata", "name")) === name,
  );
  if (brought !== undefined && entriesAt(brought.body, "spec", "dataFrom").length === 0) {
    return listAt(brought.body, "spec", "data").flatMap((each) => {
      const [key, remote] = [textAt(each, "secretKey"), textAt(each, "remoteRef", "key")];
      const property = textAt(each, "remoteRef", "property");
      const origin = [remote ?? name, ...(property === undefined ? [] : [property])].join(" → ");
      return key === undefined ? [] : [{ key, origin: `the secret ${origin}` }];
    });
  }
  return undefined;
}
