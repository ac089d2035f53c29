import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { readInterface, type Shape } from "./declarations.ts";
import { canonicalToken, kubernetesSource, openShape } from "./kubernetes/declared.ts";

/** The SDK package of each provider that the sandbox stands in for. */
export const sdkPackages: Readonly<Record<string, string>> = {
  gcp: "@pulumi/gcp",
  kubernetes: "@pulumi/kubernetes",
  random: "@pulumi/random",
  tls: "@pulumi/tls",
  mongodbatlas: "@pulumi/mongodbatlas",
  vercel: "@pulumiverse/vercel",
  time: "@pulumiverse/time",
};

const resolver = createRequire(import.meta.url);
const sources = new Map<string, string>();
const shapes = new Map<string, Shape | undefined>();

/** The installed folder of a provider's SDK package. Throws when the package is not installed. */
function sdkFolder(provider: string): string {
  const packageName = sdkPackages[provider];
  if (packageName === undefined) {
    const known = Object.keys(sdkPackages).join(", ");
    throw new Error(
      `No SDK package is known for the provider "${provider}" (known: ${known}): add it to sdkPackages in sandbox/models/shape.ts`,
    );
  }
  return dirname(resolver.resolve(`${packageName}/package.json`));
}

/** The version of a provider's SDK package, which is also the version of the plugin that the engine asks for. */
export function sdkVersion(provider: string): string {
  const { version } = JSON.parse(readFileSync(join(sdkFolder(provider), "package.json"), "utf8")) as {
    version: string;
  };
  // Some packages write the version with a `v`; the engine's plugins have none.
  return version.replace(/^v/, "");
}

/**
 * The fields that a resource type takes, as its SDK package declares them: the interface `<Type>Args` in the file that
 * the token names (`gcp:cloudrunv2/service:Service` is `cloudrunv2/service.d.ts`). Undefined when the SDK has no such type; a
 * Kubernetes kind that the SDK doesn't declare is one that a cluster may define, and its shape is open.
 * The files are read when first asked for and kept.
 */
export function resourceShape(token: string): Shape | undefined {
  return remembered(token, () => {
    const type = token.split(":")[2] ?? "";
    if (token.startsWith("kubernetes:") && !isDeclared(token)) return openShape;
    return interfaceIn(resourceSource(token, ".d.ts"), `${type}Args`);
  });
}

/**
 * The fields of an object type inside a resource, by the name that declarations use after `inputs.`
 * (`cloudrunv2.ServiceTemplate`, `core.v1.PodSpec`, or `ProjectLimit` in providers with one namespace).
 */
export function objectShape(provider: string, reference: string): Shape | undefined {
  return remembered(`${provider}|${reference}`, () => {
    const dot = reference.lastIndexOf(".");
    return interfaceIn(inputTypes(provider, reference.slice(0, Math.max(0, dot))), reference.slice(dot + 1));
  });
}

/** The outputs that the SDK package itself declares secret for a resource type, such as the result of a random password. */
export function declaredSecrets(token: string): readonly string[] {
  const list = /additionalSecretOutputs: \[([^\]]*)\]/.exec(resourceSource(token, ".js"))?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
}

/** The file of a resource type: the path in its token, though the generator writes acronyms small (`iAMMember` is `iammember`). */
function resourceSource(token: string, extension: string): string {
  const [provider = "", path = ""] = token.split(":");
  const source = provider === "kubernetes" ? kubernetesSource(token) : path;
  const file = `${source.startsWith("index/") ? source.slice("index/".length) : source}${extension}`;
  const exact = sourceOf(provider, file);
  if (exact !== "") return exact;
  const folder = join(sdkFolder(provider), dirname(file));
  const found = namesIn(folder).find((name) => name.toLowerCase() === basename(file).toLowerCase());
  return found === undefined ? "" : sourceOf(provider, join(dirname(file), found));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function remembered(key: string, make: () => Shape | undefined): Shape | undefined {
  if (!shapes.has(key)) shapes.set(key, make());
  return shapes.get(key);
}

/** Whether the SDK package itself declares this resource type. */
export function isDeclared(token: string): boolean {
  return resourceSource(token, ".js").includes(`__pulumiType = '${canonicalToken(token)}'`);
}

/** Whether the SDK's class of a resource type has this property. */
export function declaresOutput(token: string, property: string): boolean {
  return resourceSource(token, ".d.ts").includes(`readonly ${property}:`);
}

/** The files of the SDK package in this folder of it, by name; [] when there is no such folder. */
export function sdkFiles(provider: string, folder: string): readonly string[] {
  return namesIn(join(sdkFolder(provider), folder));
}

/**
 * The declarations of one namespace of `types/input.d.ts` (all of them where the provider has no namespaces), which may lie
 * in another: `core.v1`. The file of gcp has 6 MB, that of kubernetes 3: a namespace is cut out once, so that each object
 * is looked for in its own part only.
 */
function inputTypes(provider: string, namespace: string): string {
  const file = join("types", "input.d.ts");
  if (namespace === "") return sourceOf(provider, file);
  const key = `${provider}|${namespace}`;
  let part = sources.get(key);
  if (part === undefined) {
    part = namespace.split(".").reduce(
      (around, name, depth) => {
        const indent = " ".repeat(4 * depth);
        const start = around.indexOf(`\n${indent}${depth === 0 ? "export declare " : ""}namespace ${name} {`);
        return start < 0 ? "" : around.slice(start, around.indexOf(`\n${indent}}`, start));
      },
      sourceOf(provider, file),
    );
    sources.set(key, part);
  }
  return part;
}

function interfaceIn(source: string, name: string): Shape | undefined {
  const start = source.indexOf(`interface ${name} {`);
  return start < 0 ? undefined : readInterface(source, start);
}

function sourceOf(provider: string, file: string): string {
  const path = join(sdkFolder(provider), file);
  let source = sources.get(path);
  if (source === undefined) {
    try {
      source = readFileSync(path, "latin1");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      source = "";
    }
    sources.set(path, source);
  }
  return source;
}
