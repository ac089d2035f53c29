import type { StateResource } from "../../deploy/state.ts";
import { at, listAt, numberAt, textAt } from "../../plan/read.ts";
import type { Json } from "../../plan/wire.ts";
import type { Staged } from "../machine/effect.ts";
import type { RolloutState } from "../machine/state.ts";
import type { Traffic } from "../traffic.ts";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

type OnCloudRun = Extract<Traffic, { kind: "cloud-run" }>;
type InCluster = Extract<Traffic, { kind: "http-route" | "ingress-nginx" }>;

/** `backend-1a2b3c4d`, of that or of its full name. */
const bare = (revision: string) => revision.slice(revision.lastIndexOf("/") + 1);

function cloudRunOutputs(deployed: readonly StateResource[], { urn }: OnCloudRun): Json {
  const found = deployed.find((resource) => resource.urn === urn);
  if (found === undefined) throw new Error(`the engine's state has no ${urn}: npx slipway up deploys it`);
  return (found.outputs ?? {}) as Json;
}

/** Name of the revision that has most of a Cloud Run service's requests. Undefined: it has none yet. */
export function servingRevision(deployed: readonly StateResource[], traffic: OnCloudRun): string | undefined {
  const outputs = cloudRunOutputs(deployed, traffic);
  const latest = textAt(outputs, "latestReadyRevision") ?? "";
  const [most] = listAt(outputs, "trafficStatuses").toSorted(
    (one, other) => (numberAt(other, "percent") ?? 0) - (numberAt(one, "percent") ?? 0),
  );
  // Said of the latest revision, Cloud Run leaves out which it is.
  return bare(textAt(most, "revision") || latest) || undefined;
}

function stagedOnCloudRun(deployed: readonly StateResource[], traffic: OnCloudRun, stable?: string): Staged {
  const outputs = cloudRunOutputs(deployed, traffic);
  const candidate = bare(
    textAt(outputs, "template", "revision") || (textAt(outputs, "latestCreatedRevision") ?? ""),
  );
  const own = listAt(outputs, "trafficStatuses").find(
    (status) => textAt(status, "revision") === candidate && at(status, "uri") !== undefined,
  );
  const address = textAt(own, "uri");
  return {
    candidate,
    ...(stable === undefined ? {} : { stable }),
    ...(address === undefined ? {} : { address }),
  };
}

function revisionOf(
  deployed: readonly StateResource[],
  { namespace }: InCluster,
  name: string,
): string | undefined {
  const found = deployed.find(
    ({ type, inputs }) =>
      type === DEPLOYMENT &&
      textAt(inputs as Json, "metadata", "name") === name &&
      textAt(inputs as Json, "metadata", "namespace") === namespace,
  );
  const labels = at((found?.inputs ?? {}) as Json, "spec", "template", "metadata", "labels");
  return textAt(labels, "slipway.dev/revision");
}

function stagedInCluster(deployed: readonly StateResource[], traffic: InCluster): Staged {
  const candidate = revisionOf(deployed, traffic, traffic.candidate);
  if (candidate === undefined) {
    throw new Error(
      `the deployment made no ${traffic.namespace}/${traffic.candidate}: the ledger that the program reads has no candidate of it`,
    );
  }
  const stable = revisionOf(deployed, traffic, traffic.stable);
  return {
    candidate,
    ...(stable === undefined ? {} : { stable }),
    // Known in the cluster alone.
    address: `http://${traffic.candidate}.${traffic.namespace}.svc.cluster.local`,
  };
}

/**
 * What a staged candidate is called, and where it answers.
 * @param stable on Cloud Run, the name that the ledger has for it
 * @throws Error where the state holds no candidate
 */
export function stagedIn(
  deployed: readonly StateResource[],
  { plan: { traffic } }: Pick<RolloutState, "plan">,
  stable?: string,
): Staged {
  switch (traffic.kind) {
    case "cloud-run":
      return stagedOnCloudRun(deployed, traffic, stable);
    case "cohort":
      throw new Error("a cohort's toggles are turned, nothing is deployed");
    default:
      return stagedInCluster(deployed, traffic);
  }
}
