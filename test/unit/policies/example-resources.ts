import { runInNewContext } from "node:vm";
import * as gcp from "@pulumi/gcp";
import * as kubernetes from "@pulumi/kubernetes";
import * as mongodbatlas from "@pulumi/mongodbatlas";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { parseAllDocuments } from "yaml";
import type { Example, PolicyResource } from "../../../policies/core/policy.ts";
import { object } from "./kubernetes-support.ts";
import { resource } from "./support.ts";

/** Stands for a value that only a deployment knows: any field of it is a text that names where it is from. */
function output(path: string): unknown {
  return new Proxy(() => path, {
    get: (_, key) =>
      key === Symbol.toPrimitive || key === "toString" || key === "toJSON"
        ? () => path
        : output(`${path}.${String(key)}`),
    apply: () => output(path),
  });
}

/** What a resource may say beside its properties, as far as policies read it. */
interface Options {
  readonly protect?: boolean;
}

type Note = (type: string, name: string, args: object, options: Options) => void;

/** A module of a provider whose resources are noted down instead of registered. */
function recording(module: object, note: Note): unknown {
  return new Proxy(module, {
    get(target, key) {
      const member = Reflect.get(target, key) as unknown;
      if (typeof member !== "object" && typeof member !== "function") return member;
      return recording(member as object, note);
    },
    construct(target, [name, args = {}, options = {}]: [string, object?, Options?]) {
      note((target as unknown as { __pulumiType: string }).__pulumiType, name, args, options);
      return output(name) as object;
    },
  });
}

/** What a program's text declares. Names that it doesn't declare itself are outputs of other resources. */
function declaredBy(text: string): PolicyResource[] {
  const { outputText } = transpileModule(text, {
    compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2024 },
  });
  const found: PolicyResource[] = [];
  const note: Note = (type, name, args, { protect }) => {
    found.push(resource(type, name, JSON.parse(JSON.stringify(args)) as unknown, { opts: { protect } }));
  };
  const known: Readonly<Record<string, unknown>> = {
    gcp: recording(gcp, note),
    k8s: recording(kubernetes, note),
    kubernetes: recording(kubernetes, note),
    mongodbatlas: recording(mongodbatlas, note),
    JSON,
  };
  const context = new Proxy<Record<string, unknown>>(
    {},
    {
      has: () => true,
      get: (_, key) => (typeof key === "symbol" ? undefined : (known[key] ?? output(key))),
    },
  );
  runInNewContext(`with (context) { ${outputText} }`, { context });
  return found;
}

/** The resources that an example declares: none where it is a part of something else. */
export function resourcesOf(example: Example): PolicyResource[] {
  if ("typescript" in example) return declaredBy(example.typescript);
  return parseAllDocuments(example.yaml).flatMap((document) => {
    const manifest = document.toJS() as Record<string, unknown>;
    const { apiVersion, kind, metadata } = manifest as {
      apiVersion?: string;
      kind?: string;
      metadata?: { name?: string };
    };
    if (apiVersion === undefined || kind === undefined) return [];
    return [object({ ...manifest, apiVersion, kind }, { name: metadata?.name ?? "example" })];
  });
}
