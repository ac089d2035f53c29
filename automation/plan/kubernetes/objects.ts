import type { RegisteredResource } from "../monitor.ts";
import {
  displayWire,
  type Json,
  plainMap,
  secretWire,
  unknownValue,
  untold,
  type Wire,
  type WireMap,
} from "../wire.ts";
import { type DefinedKind, isClusterScoped } from "./scope.ts";

/** A value that a manifest can't hold. */
export interface Gap {
  /** The field, such as `spec.template.spec.containers[0].image`. */
  readonly path: string;
  readonly why: "secret" | "unknown";
}

/** A Kubernetes object of a plan. */
export interface KubernetesObject {
  readonly urn: string;
  /** The resource's logical name. */
  readonly logicalName: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined where it is known only once the object exists. */
  readonly name: string | undefined;
  /** `undefined` for an object of the whole cluster, `null` where it is not known yet. */
  readonly namespace: string | null | undefined;
  /** The whole object as it is applied; `[secret]` and `[unknown]` stand in the {@link gaps}. */
  readonly body: { readonly [key: string]: Json };
  readonly gaps: readonly Gap[];
  /** URN of the first explicit provider of its cluster: objects of two providers may be in two clusters. */
  readonly provider: string;
  /** URNs that each top-level field was made from. */
  readonly madeFrom: { readonly [field: string]: readonly string[] };
}

/** What a plan has of Kubernetes. */
export interface KubernetesPlan {
  /** Sorted by URN. */
  readonly objects: readonly KubernetesObject[];
  /** Resources of the Kubernetes provider that are no single object, such as a Helm release or a patch. */
  readonly others: readonly { readonly urn: string; readonly type: string; readonly name: string }[];
}

/** The objects that a plan's resources are, as `up` would apply them. Pure. */
export function kubernetesPlan(resources: readonly RegisteredResource[]): KubernetesPlan {
  const ours = resources.filter(({ custom, type }) => custom && type.startsWith("kubernetes:"));
  const defined = ours.flatMap(definedKind);
  const namespaces = providerNamespaces(resources);
  const clusters = clusterProviders(resources);
  const objects: KubernetesObject[] = [];
  const others: { urn: string; type: string; name: string }[] = [];
  for (const resource of ours) {
    const { provider = "" } = resource;
    const object = objectOf(
      resource,
      defined,
      namespaces.get(provider) ?? "default",
      clusters.get(provider) ?? provider,
    );
    if (object === undefined) others.push({ urn: resource.urn, type: resource.type, name: resource.name });
    else objects.push(object);
  }
  return { objects, others };
}

/** For each explicit provider, the first one that leads to the same cluster: that names the same context, or kubeconfig. */
function clusterProviders(resources: readonly RegisteredResource[]): Map<string, string> {
  const first = new Map<string, string>();
  return new Map(
    resources
      .filter(({ type }) => type === "pulumi:providers:kubernetes")
      .map(({ urn, inputs: { context, kubeconfig, cluster } }): [string, string] => {
        const named = [context, kubeconfig, cluster].some((each) => each !== undefined);
        const key = named ? JSON.stringify([context, kubeconfig, cluster]) : urn;
        const known = first.get(key) ?? urn;
        first.set(key, known);
        return [urn, known];
      }),
  );
}

/** The namespace that each explicit provider gives to objects that name none. */
function providerNamespaces(resources: readonly RegisteredResource[]): Map<string, string | null> {
  return new Map(
    resources
      .filter(({ type }) => type === "pulumi:providers:kubernetes")
      .map(({ urn, inputs }): [string, string | null] => [urn, namespaceText(inputs.namespace)]),
  );
}

function namespaceText(value: Wire | undefined): string | null {
  if (value === undefined || value === null || value === "") return "default";
  return typeof value === "string" && untold(value) === undefined ? value : null;
}

function objectOf(
  resource: RegisteredResource,
  defined: readonly DefinedKind[],
  defaultNamespace: string | null,
  provider: string,
): KubernetesObject | undefined {
  const { urn, name: logicalName, type, checked } = resource;
  const { apiVersion, kind } = checked;
  if (typeof apiVersion !== "string" || untold(apiVersion) !== undefined) return undefined;
  if (typeof kind !== "string" || /(Patch|List)$/.test(type)) return undefined;
  const metadata = plainMap(checked.metadata ?? {});
  const namespace = isClusterScoped(apiVersion, kind, defined)
    ? undefined
    : (metadata?.namespace ?? null) === null
      ? defaultNamespace
      : namespaceText(metadata?.namespace);
  const gaps: Gap[] = [];
  const body = told(withNamespace(withSecrets(checked), metadata, namespace), "", gaps);
  const { name } = metadata ?? {};
  const known = typeof name === "string" && untold(name) === undefined;
  if (metadata !== undefined && name === undefined) gaps.push({ path: "metadata.name", why: "unknown" });
  return {
    urn,
    logicalName,
    apiVersion,
    kind,
    name: known ? name : undefined,
    namespace,
    body: body as { [key: string]: Json },
    gaps,
    provider,
    madeFrom: resource.propertyDependencies,
  };
}

/** The object with the namespace that it ends up in stated, so that no reader's own default decides. */
function withNamespace(
  given: WireMap,
  metadata: WireMap | undefined,
  namespace: string | null | undefined,
): WireMap {
  if (metadata === undefined || namespace === undefined) return given;
  return { ...given, metadata: { ...metadata, namespace: namespace ?? unknownValue } };
}

/** A Secret's values are secret, whether the program marked them so or not. */
function withSecrets(given: WireMap): WireMap {
  if (given.kind !== "Secret" || given.apiVersion !== "v1") return given;
  const values = ["data", "stringData"].filter((key) => given[key] !== undefined);
  return { ...given, ...Object.fromEntries(values.map((key) => [key, secretWire(given[key] ?? null)])) };
}

/** A value as it is written out; where that is not all of it, says so in `gaps`. */
function told(value: Wire, path: string, gaps: Gap[]): Json {
  const why = untold(value);
  if (why !== undefined) gaps.push({ path, why });
  else if (Array.isArray(value)) return value.map((part, index) => told(part, `${path}[${index}]`, gaps));
  const map = plainMap(value);
  if (map === undefined) return displayWire(value);
  return Object.fromEntries(
    Object.entries(map).map(([key, part]) => [key, told(part, fieldPath(path, key), gaps)]),
  );
}

/** The path of a field under another. */
export function fieldPath(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** What a definition in the plan says of its kind; nothing where it doesn't say all of it. */
function definedKind({ checked }: RegisteredResource): DefinedKind[] {
  if (checked.kind !== "CustomResourceDefinition") return [];
  const spec = plainMap(checked.spec);
  const { group, scope } = spec ?? {};
  const kind = plainMap(spec?.names)?.kind;
  return typeof group === "string" && typeof scope === "string" && typeof kind === "string"
    ? [{ group, kind, scope }]
    : [];
}
