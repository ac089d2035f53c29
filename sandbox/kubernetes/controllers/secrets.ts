import type { V1Secret } from "@kubernetes/client-node";
import { type AnyObject, apply, type ClusterClient, find, patchStatus } from "../client.ts";
import { alwaysReady } from "./always-ready.ts";
import { conditions, differs, fails, holds, isTrue, type Saying } from "./conditions.ts";
import { collectValues, describeSources, secretFor } from "./external-secret.ts";
import type { ExternalSecret, SecretStore } from "./external-secret-types.ts";
import { KIND } from "./kinds.ts";
import { NoSuchSecretError, openSecretSource } from "./secret-values.ts";
import { apiVersionOf, type StandIn } from "./stand-in.ts";

/** Stand-ins for External Secrets' check of a store: it is valid, as no store is ever asked. */
export const secretStores = alwaysReady(KIND.secretStore, "Valid", "store validated by the sandbox");
export const clusterSecretStores = alwaysReady(
  KIND.clusterSecretStore,
  "Valid",
  "store validated by the sandbox",
);

/**
 * Stand-in for External Secrets: makes the secret from the local cloud's Secret Manager, or from made-up values where
 * none runs, and says which in the status.
 */
export const externalSecrets: StandIn = {
  kind: KIND.externalSecret,
  also: [KIND.secretStore, KIND.clusterSecretStore],
  async reconcile(object, { client, cloud }) {
    const external = object as ExternalSecret;
    const { name = "", namespace = "" } = external.metadata ?? {};
    const target = external.spec.target?.name ?? name;
    let saying: Saying;
    let failed: NoSuchSecretError | undefined;
    try {
      saying = await synchronize(client, external, target, cloud);
    } catch (error) {
      if (!(error instanceof NoSuchSecretError)) throw error;
      failed = error;
      saying = fails("Ready", "SecretSyncedError", error.message);
    }
    const before = external.status?.conditions;
    const after = conditions([saying], before);
    if (differs(before, after)) {
      await patchStatus(
        client,
        KIND.externalSecret,
        { metadata: { name, namespace } },
        {
          conditions: after,
          ...(failed ? {} : { refreshTime: new Date().toISOString(), binding: { name: target } }),
        },
      );
    }
    if (failed) throw failed;
  },
};

async function synchronize(
  client: ClusterClient,
  external: ExternalSecret,
  target: string,
  cloud: string | undefined,
): Promise<Saying> {
  const policy = external.spec.target?.creationPolicy ?? "Owner";
  const before = await find<V1Secret>(client, "v1", "Secret", target, external.metadata?.namespace ?? "");
  const project = await projectOf(client, external);
  const values = await collectValues(external, project, await openSecretSource(cloud), before);
  const said = holds("Ready", "SecretSynced", describeSources(values));
  if (policy === "None") return said;
  if (policy === "Merge" && before === undefined) {
    throw new NoSuchSecretError(`the secret "${target}", into which values shall be merged, does not exist`);
  }
  const owner = before?.metadata?.ownerReferences?.find(({ controller }) => controller);
  if (policy === "Owner" && owner !== undefined && owner.uid !== external.metadata?.uid) {
    throw new NoSuchSecretError(
      `the secret "${target}" is owned by another object, ${owner.kind} "${owner.name}"`,
    );
  }
  if (before?.immutable) return said;
  await apply(client, secretFor(external, values) as AnyObject);
  return said;
}

/** The project that the store of an ExternalSecret names. @throws NoSuchSecretError when there is no such store, or it is not ready */
async function projectOf(client: ClusterClient, external: ExternalSecret): Promise<string | undefined> {
  const { name = "", kind = "SecretStore" } = external.spec.secretStoreRef ?? {};
  const namespace = kind === "ClusterSecretStore" ? undefined : (external.metadata?.namespace ?? "");
  const store = await find<SecretStore>(client, apiVersionOf(KIND.secretStore), kind, name, namespace);
  if (!store) throw new NoSuchSecretError(`could not get ${kind} "${name}": it does not exist`);
  if (!isTrue(store.status?.conditions, "Ready"))
    throw new NoSuchSecretError(`${kind} "${name}" is not ready`);
  return store.spec.provider?.gcpsm?.projectID;
}
