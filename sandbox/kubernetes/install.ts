import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import type { AnyObject, ClusterClient } from "./client.ts";
import { ClusterError } from "./errors.ts";
import { send } from "./send.ts";

const PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Adds the definitions that the cluster lacks; those that it has, in whatever version, stay as they are. @returns names of the added ones */
export async function installDefinitions(
  client: ClusterClient,
  definitions: readonly V1CustomResourceDefinition[],
): Promise<string[]> {
  const added = await Promise.all(
    definitions.map(async (definition) => {
      const { status, body } = await send(client.config, "POST", PATH, definition);
      if (status === 409) return undefined;
      if (status < 300) return definition.metadata?.name ?? "";
      throw new ClusterError(`The cluster refuses the definition of ${definition.metadata?.name}: ${body}`);
    }),
  );
  return added.filter((name) => name !== undefined);
}

/** Names of the definitions that the cluster lacks. */
export async function missingDefinitions(
  client: ClusterClient,
  definitions: readonly V1CustomResourceDefinition[],
): Promise<string[]> {
  const { items } = await client.objects.list<V1CustomResourceDefinition>(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
  );
  const there = new Set(items.map(({ metadata }) => metadata?.name));
  return definitions.flatMap(({ metadata }) =>
    metadata?.name === undefined || there.has(metadata.name) ? [] : [metadata.name],
  );
}

/** Whether the API server serves the kinds of these objects by now. */
export async function areServed(client: ClusterClient, objects: readonly AnyObject[]): Promise<boolean> {
  const kinds = new Map(
    objects.map(({ apiVersion = "", kind = "" }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
  );
  const served = [...kinds.values()].map(({ apiVersion, kind }) =>
    client.objects.list(apiVersion, kind).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(served)).every(Boolean);
}
