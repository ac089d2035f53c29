import type { SourceDocument } from "./documents.ts";
import { isKustomization } from "./sources.ts";

/** An object for the API server, and where it stands. */
export interface ManifestObject {
  readonly document: SourceDocument;
  /** Where it lies in the document, as policies write paths: empty, or `items[3]` in a list. */
  readonly at: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata.name`, or what the API server makes one from. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What a document holds. */
export type Content =
  | {
      readonly kind: "objects";
      readonly objects: readonly ManifestObject[];
      readonly problems: readonly ObjectProblem[];
    }
  /** Settings of a tool that never reach a cluster. */
  | { readonly kind: "kustomization" }
  /** The same of another tool, which says so as objects do, but has no name. */
  | { readonly kind: "settings"; readonly title: string }
  /** The output of `pulumi stack export`. */
  | { readonly kind: "state" }
  | { readonly kind: "other" };

/** What is wrong with an object, and where. */
interface ObjectProblem {
  readonly at: string;
  readonly message: string;
}

/** Tells by its content what a document is. Pure. */
export function contentOf(document: SourceDocument): Content {
  const { value } = document;
  if (!isMap(value)) return { kind: "other" };
  if (typeof value.version === "number" && isMap(value.deployment)) return { kind: "state" };
  const group = typeof value.apiVersion === "string" ? value.apiVersion : "";
  if (group.startsWith("kustomize.config.k8s.io/") || isKustomization(document.source.file)) {
    return { kind: "kustomization" };
  }
  if (value.apiVersion === undefined && value.kind === undefined) return { kind: "other" };
  const isChart = value.kind === undefined && !("metadata" in value);
  if (isChart) return { kind: "other" };
  if (isSettings(value)) return { kind: "settings", title: `${value.kind} of ${value.apiVersion}` };
  const objects: ManifestObject[] = [];
  const problems: ObjectProblem[] = [];
  collect(document, value, "", objects, problems);
  return { kind: "objects", objects, problems };
}

/** Groups of a cluster itself: of one of their kinds that has no name the name was forgotten. */
const OF_CLUSTERS = new Set([
  "",
  "apps",
  "autoscaling",
  "batch",
  "extensions",
  "policy",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "gateway.networking.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

/** Whether it is what a tool is told by: skaffold, kind, kubeadm, istioctl. Their kinds have a version, and no name. */
function isSettings({ apiVersion, kind, metadata, items }: Readonly<Record<string, unknown>>): boolean {
  if (typeof apiVersion !== "string" || typeof kind !== "string" || Array.isArray(items)) return false;
  const isNamed = isMap(metadata) && ("name" in metadata || "generateName" in metadata);
  return !isNamed && !OF_CLUSTERS.has(groupOf(apiVersion));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Takes an object, or the members of a list, in whose place the API server never sees the list itself. */
function collect(
  document: SourceDocument,
  value: unknown,
  at: string,
  objects: ManifestObject[],
  problems: ObjectProblem[],
): void {
  if (!isMap(value)) {
    problems.push({ at, message: "is no object" });
    return;
  }
  const { apiVersion, kind, metadata = {}, items } = value;
  if (typeof apiVersion !== "string" || apiVersion === "" || typeof kind !== "string" || kind === "") {
    const which = typeof kind === "string" && kind !== "" ? "apiVersion" : "kind";
    problems.push({
      at: join(at, which),
      message: `has no \`${which}\`, and a Kubernetes object has both apiVersion and kind`,
    });
    return;
  }
  if (kind.endsWith("List") && Array.isArray(items)) {
    // Members of a typed list, such as a DeploymentList, leave out what the list says.
    const implied = kind === "List" ? {} : { apiVersion, kind: kind.replace(/List$/, "") };
    items.forEach((item: unknown, index) => {
      const member = isMap(item) ? { ...implied, ...item } : item;
      collect(document, member, join(at, `items[${index}]`), objects, problems);
    });
    return;
  }
  const { name: given, generateName, namespace } = isMap(metadata) ? metadata : {};
  const name = given ?? (typeof generateName === "string" ? `${generateName}*` : undefined);
  if (typeof name !== "string" || name === "") {
    const wrong = name === undefined || name === "" ? "is missing" : "is no text: put it in quotes";
    problems.push({ at: join(at, "metadata.name"), message: `metadata.name ${wrong}` });
    return;
  }
  if (namespace !== undefined && namespace !== null && typeof namespace !== "string") {
    problems.push({
      at: join(at, "metadata.namespace"),
      message: "metadata.namespace is no text: put it in quotes",
    });
    return;
  }
  objects.push({ document, at, apiVersion, kind, name, namespace: namespace || undefined, value });
}

function join(at: string, field: string): string {
  return at === "" ? field : `${at}.${field}`;
}

/** What an object is called in words: `Deployment shop/api`. */
export function objectTitle({ kind, namespace, name }: ManifestObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** What makes it the same object for the API server, whatever the version. A missing namespace is `default`. */
export function identityOf({ apiVersion, kind, namespace, name }: ManifestObject): string {
  return JSON.stringify([groupOf(apiVersion), kind, namespace ?? "default", name]);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
