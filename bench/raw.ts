import type { RegisteredResource } from "../automation/plan/monitor.ts";
import { stackType } from "../automation/plan/urn.ts";
import { unknownValue, type Wire, type WireMap } from "../automation/plan/wire.ts";

/** A resource whose outputs may be referred to, and the variable that holds it. */
interface Source {
  readonly variable: string;
  readonly outputs: WireMap;
}

/**
 * The text of a module that exports `declareRaw`, which registers `resources` without the library: the provider's own
 * classes with their inputs written out, each component a plain one. What came from another resource is taken from it again,
 * so that the engine sees the same dependencies.
 * @throws Error for values that can't be written out: secret or unknown ones
 */
export function rawProgram(resources: readonly RegisteredResource[]): string {
  const declared = inOrder(resources.filter(({ type }) => type !== stackType));
  const sources = new Map<string, Source>(
    declared.map(({ urn, outputs }, index) => [urn, { variable: `r${index}`, outputs }]),
  );
  const statements = declared.map((resource) => statement(resource, sources));
  const registered = declared.filter(({ custom }) => !custom);
  const ends = registered.map(({ urn, outputs }) => {
    const children = declared.filter(({ parent }) => parent === urn);
    const values = expression(
      outputs,
      sourcesOf(
        children.map((child) => child.urn),
        sources,
      ),
    );
    return `${sources.get(urn)?.variable}.registerOutputs(${values});`;
  });
  return [
    'import * as gcp from "@pulumi/gcp";',
    'import * as pulumi from "@pulumi/pulumi";',
    "export function declareRaw() {",
    ...[...statements, ...ends].map((text) => `  ${text}`),
    "}\n",
  ].join("\n");
}

/** Parents and dependencies first. */
function inOrder(resources: readonly RegisteredResource[]): RegisteredResource[] {
  const waiting = new Map(resources.map((resource) => [resource.urn, resource]));
  const ordered: RegisteredResource[] = [];
  const visit = (resource: RegisteredResource): void => {
    waiting.delete(resource.urn);
    for (const urn of [resource.parent ?? "", ...resource.dependencies]) {
      const before = waiting.get(urn);
      if (before !== undefined) visit(before);
    }
    ordered.push(resource);
  };
  for (const resource of resources) if (waiting.has(resource.urn)) visit(resource);
  return ordered;
}

function statement(resource: RegisteredResource, sources: ReadonlyMap<string, Source>): string {
  const { urn, type, name, custom, inputs, propertyDependencies, dependencies, options } = resource;
  const properties = Object.entries(inputs).map(([key, value]) => {
    const text = expression(value, sourcesOf(propertyDependencies[key] ?? [], sources));
    return `${JSON.stringify(key)}: ${text}`;
  });
  const args = `{ ${properties.join(", ")} }`;
  const variable = (of: string | undefined) => sources.get(of ?? "")?.variable;
  const inferred = new Set(args.match(/\br\d+(?=\.)/g) ?? []);
  const explicit = dependencies.map(variable).filter((each) => each !== undefined && !inferred.has(each));
  const parent = variable(resource.parent);
  const opts = [
    ...(parent === undefined ? [] : [`parent: ${parent}`]),
    ...(options.protect === true ? ["protect: true"] : []),
    ...(options.ignoreChanges === undefined
      ? []
      : [`ignoreChanges: ${JSON.stringify(options.ignoreChanges)}`]),
    ...(explicit.length === 0 ? [] : [`dependsOn: [${explicit.join(", ")}]`]),
  ];
  const begin = custom ? `new ${className(type)}(` : `new pulumi.ComponentResource(${JSON.stringify(type)}, `;
  return `const ${variable(urn)} = ${begin}${JSON.stringify(name)}, ${args}, { ${opts.join(", ")} });`;
}

/** `gcp.cloudrunv2.Service` for `gcp:cloudrunv2/service:Service`. */
function className(type: string): string {
  const [, module, name] = /^gcp:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  if (module === undefined) throw new Error(`${type} is not a resource of Google Cloud's provider`);
  return `gcp.${module}.${name}`;
}

function sourcesOf(urns: readonly string[], sources: ReadonlyMap<string, Source>): Source[] {
  return urns.flatMap((urn) => sources.get(urn) ?? []);
}

/** A value as source text: a reference where one of `sources` has it among its outputs, otherwise written out. */
function expression(value: Wire, sources: readonly Source[]): string {
  if (Array.isArray(value)) return `[${value.map((each) => expression(each, sources)).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    if (Object.keys(value).some((key) => /^[0-9a-f]{32}$/.test(key)))
      throw new Error("a secret can't be written out");
    const entries = Object.entries(value as WireMap);
    return `{ ${entries.map(([key, each]) => `${JSON.stringify(key)}: ${expression(each, sources)}`).join(", ")} }`;
  }
  if (typeof value !== "string") return JSON.stringify(value);
  for (const { variable, outputs } of sources) {
    // An id is what people refer to where several outputs are the same.
    const names = Object.keys(outputs).sort((a, b) => Number(b === "id") - Number(a === "id"));
    // Of what is not known yet, any is as good as the other: what is measured is that it is one.
    const name = names.find((each) => outputs[each] === value);
    if (name !== undefined) return `${variable}.${name}`;
  }
  if (value === unknownValue) throw new Error("an unknown value can't be written out");
  return JSON.stringify(value);
}
