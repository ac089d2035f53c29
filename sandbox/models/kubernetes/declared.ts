import type { Field, Shape } from "../declarations.ts";

/** What the token of a Kubernetes resource says. */
export interface KubernetesType {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** As objects write it: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  /** The kind of the object; of a patch, that of the object that is patched. */
  readonly kind: string;
  /** A resource that owns some fields of an object which something else made. */
  readonly isPatch: boolean;
}

/** Reads `kubernetes:apps/v1:Deployment`; undefined for other packages' tokens. */
export function kubernetesType(token: string): KubernetesType | undefined {
  const [provider, module = "", name = ""] = token.split(":");
  if (provider !== "kubernetes" || name === "") return undefined;
  const slash = module.lastIndexOf("/");
  const named = module.slice(0, Math.max(0, slash));
  const group = named === "core" ? "" : named;
  const version = module.slice(slash + 1);
  const isPatch = name.length > "Patch".length && name.endsWith("Patch");
  return {
    group,
    version,
    apiVersion: group === "" ? version : `${group}/${version}`,
    kind: isPatch ? name.slice(0, -"Patch".length) : name,
    isPatch,
  };
}

/** The token as the SDK's classes have it: the core group is named `core`. */
export function canonicalToken(token: string): string {
  return token.replace(/^kubernetes:([^/:]+):/, "kubernetes:core/$1:");
}

/** The path in the SDK package, without extension, of the file that would declare a resource type: `apps/v1/deployment`. */
export function kubernetesSource(token: string): string {
  const [, module = "", name = ""] = canonicalToken(token).split(":");
  const [group = "", version = ""] = module.split("/");
  return `${group.split(".")[0]}/${version}/${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

const text: Field = { type: { kind: "string" }, required: true, computed: false };

/** The shape of an object whose kind only a cluster defines: apiVersion, kind, metadata, and anything. */
export const openShape: Shape = Object.assign(
  new Map<string, Field>([
    ["apiVersion", text],
    ["kind", text],
    [
      "metadata",
      { type: { kind: "object", reference: "meta.v1.ObjectMeta" }, required: false, computed: false },
    ],
  ]),
  { isOpen: true },
);
