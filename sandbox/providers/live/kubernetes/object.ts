import type { KubernetesType } from "../../../models/kubernetes/declared.ts";
import { isObject, markSecret, type Properties, valueAt } from "../../../models/values.ts";

/** The object that is sent for a resource's inputs: without Pulumi's own fields, a Secret's texts as data. */
export function objectOf(inputs: Properties): Properties {
  const object = Object.fromEntries(
    Object.entries(inputs).filter(
      ([name, value]) => !name.startsWith("__") && value !== undefined && name !== "status",
    ),
  );
  if (object.kind === "CustomResourceDefinition")
    return renamed(object, /^x_kubernetes_/, "_", "-") as Properties;
  if (object.kind !== "Secret" || !isObject(object.stringData)) return object;
  const { stringData, ...rest } = object;
  const texts = Object.entries(stringData).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString("base64"),
  ]);
  return { ...rest, data: { ...(isObject(rest.data) ? rest.data : {}), ...Object.fromEntries(texts) } };
}

/** A live object as outputs: without its managed fields, the data of a Secret marked. */
export function outputsOf(live: Properties, type: KubernetesType): Properties {
  const metadata = isObject(live.metadata) ? { ...live.metadata } : {};
  delete metadata.managedFields;
  const isSecret = type.group === "" && type.kind === "Secret";
  return {
    ...(type.kind === "CustomResourceDefinition"
      ? (renamed(live, /^x-kubernetes-/, "-", "_") as Properties)
      : live),
    apiVersion: type.apiVersion,
    kind: type.kind,
    metadata,
    ...(isSecret && live.data !== undefined ? { data: markSecret(live.data) } : {}),
  };
}

/** The extensions in a definition's schema: the SDK writes `x_kubernetes_…` for what Kubernetes calls `x-kubernetes-…`. */
function renamed(value: unknown, names: RegExp, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      names.test(name) ? name.replaceAll(from, to) : name,
      renamed(field, names, from, to),
    ]),
  );
}

/** What only the API server writes into an object. */
const serverFields = [
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** A live object as a program might have declared it: without what only the API server writes. */
export function inputsOf(live: Properties): Properties {
  const { status: _, ...rest } = live;
  const metadata = Object.fromEntries(
    Object.entries(isObject(live.metadata) ? live.metadata : {}).filter(
      ([name]) => !serverFields.includes(name),
    ),
  );
  return { ...rest, metadata };
}

/** An annotation of an object; undefined where it has none of this name. */
export function annotation(object: Properties, name: string): string | undefined {
  const value = valueAt(object, "metadata", "annotations", name);
  return typeof value === "string" ? value : undefined;
}

/** Who manages any fields of an object. */
export function managersOf(live: Properties): readonly string[] {
  const entries = valueAt(live, "metadata", "managedFields");
  return Array.isArray(entries) ? entries.map((entry) => String(valueAt(entry, "manager") ?? "")) : [];
}
