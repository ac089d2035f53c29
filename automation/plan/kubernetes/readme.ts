import { textAt } from "../read.ts";
import type { KubernetesObject } from "./objects.ts";
import { groupOf } from "./scope.ts";

/** Groups that every cluster serves by itself (Kubernetes 1.36). */
const OWN_GROUPS: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

/** Namespaces that every cluster has. */
const OWN_NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** What has to be in a cluster before the objects can be. Sorted. */
export interface ClusterNeeds {
  readonly namespaces: readonly string[];
  /** `external-secrets.io/v1 ExternalSecret` and the like. */
  readonly kinds: readonly string[];
  /** Kinds that the manifests themselves define: those have to be applied first. */
  readonly ownKinds: boolean;
}

/** What the objects need that is not among them. */
export function clusterNeeds(objects: readonly KubernetesObject[]): ClusterNeeds {
  const made = objects.filter(({ kind }) => kind === "Namespace").map(({ name }) => name);
  const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
  const defined = new Set(
    definitions.map(
      ({ body }) => `${textAt(body, "spec", "group")} ${textAt(body, "spec", "names", "kind")}`,
    ),
  );
  const foreign = objects.filter(
    ({ apiVersion, kind }) =>
      !OWN_GROUPS.has(groupOf(apiVersion)) && !defined.has(`${groupOf(apiVersion)} ${kind}`),
  );
  return {
    namespaces: [...new Set(objects.map(({ namespace }) => namespace))]
      .filter((name) => typeof name === "string")
      .filter((name) => !OWN_NAMESPACES.includes(name) && !made.includes(name))
      .sort(),
    kinds: [...new Set(foreign.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].sort(),
    ownKinds: definitions.length > 0,
  };
}

/** Text of `kubernetes/README.md`. @param clusters whether each folder is for a cluster of its own */
export function readme(needs: ClusterNeeds, clusters: boolean, missing: number): string {
  const command = (folder: string) => `kubectl apply --server-side -R -f ${folder}`;
  const { namespaces, kinds, ownKinds } = needs;
  return [
    "# Manifests",
    "",
    "The objects that `slipway up` deploys, each in a file of its own:",
    "",
    ...(ownKinds
      ? [`    ${command("kubernetes/_cluster")}`, "    kubectl wait --for=condition=Established crd --all"]
      : []),
    ...(clusters ? ["    # each folder to the cluster of its own"] : []),
    `    ${command(clusters ? "kubernetes/<provider>" : "kubernetes/")}`,
    "",
    "Written anew by every `slipway plan --out`: change the program, not these.",
    ...(missing === 0 ? [] : ["", `${missing} of the plan's resources are not here: see INCOMPLETE.md.`]),
    ...section("Namespaces that must be there first, since others make them:", namespaces),
    ...section("Kinds that the cluster must know first, by their definitions:", kinds),
    "",
  ].join("\n");
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", title, "", ...items.map((item) => `- ${item}`)];
}
