import { nearest } from "../nearest.ts";
import { isDeclared, sdkFiles } from "../shape.ts";
import { kubernetesSource, kubernetesType } from "./declared.ts";

const rendered = "render it to YAML first, and declare what comes out";

/** What the package has beside objects, and what to do instead. */
const unsupported: readonly (readonly [start: string, reason: string])[] = [
  ["helm.sh/", `the sandbox has no Helm: ${rendered} (\`helm template\`)`],
  ["kustomize/", `the sandbox has no Kustomize: ${rendered} (\`kubectl kustomize\`)`],
  [
    "yaml/v2:",
    "its provider makes the resources itself: use yaml.ConfigGroup or yaml.ConfigFile, without v2",
  ],
  ["meta/", "it is a part of answers of the API server, and no object"],
];

/** Why the sandbox can't make a resource of this type; undefined where it can. */
export function refusal(token: string): string | undefined {
  if (!token.startsWith("kubernetes:")) return undefined;
  const type = kubernetesType(token);
  const rest = token.slice("kubernetes:".length);
  const known = unsupported.find(([start]) => rest.startsWith(start));
  if (known !== undefined) return `${token} is not supported: ${known[1]}`;
  if (type === undefined)
    return `${token} is no type of a Kubernetes object (\`kubernetes:GROUP/VERSION:KIND\`)`;
  if (isDeclared(token)) {
    return type.kind.endsWith("List")
      ? `${token} is a list of objects, which nothing can hold: declare each object by itself`
      : undefined;
  }
  if (!isBuiltIn(type.group)) return undefined;
  const folder = kubernetesSource(token).split("/").slice(0, 2).join("/");
  const kinds = kindsIn(folder);
  if (kinds.length === 0) return `Kubernetes has no API version ${type.apiVersion}`;
  const near = nearest(type.kind, kinds);
  return `there is no kind ${type.kind} in ${type.apiVersion}${near === undefined ? ` (there are ${kinds.join(", ")})` : `; did you mean ${near}?`}`;
}

/** Whether Kubernetes itself defines a group: the others' kinds come with definitions that a cluster may have. */
function isBuiltIn(group: string): boolean {
  const folder = group === "" ? "core" : (group.split(".")[0] ?? "");
  const isKubernetes = !group.includes(".") || /^[a-z]+(\.apiserver|\.authorization)?\.k8s\.io$/.test(group);
  return isKubernetes && sdkFiles("kubernetes", folder).length > 0;
}

/** The kinds that a folder of the SDK package declares, as near as the files' names tell. */
function kindsIn(folder: string): readonly string[] {
  return sdkFiles("kubernetes", folder)
    .filter((file) => file.endsWith(".d.ts") && !/^(index|.*Patch|.*List)\.d\.ts$/.test(file))
    .map((file) => `${file.charAt(0).toUpperCase()}${file.slice(1, -".d.ts".length)}`);
}
