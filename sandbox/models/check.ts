import type { Field, Shape } from "./declarations.ts";
import type { CheckFailure, ReportFailure, ResourceModel } from "./model.ts";
import { nearest } from "./nearest.ts";
import { holders, patternParts, select } from "./patterns.ts";
import { objectShape } from "./shape.ts";
import type { FieldType } from "./type-expression.ts";
import {
  formatPath,
  isObject,
  isUnknown,
  type Properties,
  quote,
  type Step,
  type Unmarked,
} from "./values.ts";

/** Checks inputs against the declarations and the model. Reports everything that is wrong, never only the first. */
export function checkAgainst(model: ResourceModel, shape: Shape, unmarked: Unmarked): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const inputs = unmarked.value;
  const reporterAt =
    (path: readonly Step[]): ReportFailure =>
    (reason, detail = {}) => {
      const at = [...path, ...(detail.at ?? [])];
      const got = "got" in detail ? `; got ${unmarked.isSecret(at) ? "[secret]" : quote(detail.got)}` : "";
      const near = detail.near === undefined ? "" : `; did you mean \`${detail.near}\`?`;
      failures.push({ path: formatPath(at), reason: `${reason}${got}${near}` });
    };

  const overridden = new Set(
    Object.keys(model.values ?? {}).map((pattern) => patternParts(pattern).join(".")),
  );
  new ShapeWalk(model.token.split(":")[0] ?? "", overridden, reporterAt).object(inputs, shape, []);
  const missing = ({ path, field }: { path: readonly Step[]; field: string }): void => {
    // The declarations may require it too.
    const isReported = failures.some((failure) => failure.path === formatPath([...path, field]));
    if (!isReported) reporterAt([...path, field])("is required");
  };
  for (const pattern of model.required ?? [])
    for (const holder of holders(inputs, pattern))
      if (holder.value[holder.field] === undefined) missing(holder);
  for (const [pattern, values] of Object.entries(model.values ?? {}))
    for (const { path, value } of select(inputs, pattern))
      if (typeof value !== "object" && !values.some((allowed) => allowed === value))
        reportValue(reporterAt(path), value, values);
  for (const [pattern, rules] of Object.entries(model.rules ?? {}))
    for (const { path, value } of select(inputs, pattern))
      for (const rule of [rules].flat()) rule(value, reporterAt(path));
  if (failures.length === 0) model.check?.(inputs, reporterAt([]));
  return failures;
}

class ShapeWalk {
  readonly #provider: string;
  readonly #overridden: ReadonlySet<string>;
  readonly #reporterAt: (path: readonly Step[]) => ReportFailure;

  constructor(
    provider: string,
    overridden: ReadonlySet<string>,
    reporterAt: (path: readonly Step[]) => ReportFailure,
  ) {
    this.#provider = provider;
    this.#overridden = overridden;
    this.#reporterAt = reporterAt;
  }

  object(value: Properties, shape: Shape, path: readonly Step[]): void {
    for (const [name, field] of shape)
      if (
        field.required &&
        (value[name] === undefined || value[name] === null) &&
        !Object.hasOwn(value, name)
      )
        this.#reporterAt([...path, name])("is required");
    for (const [name, item] of Object.entries(value)) {
      // Names that begin with two underscores are Pulumi's own (`__defaults`).
      if (name.startsWith("__") || item === undefined || item === null) continue;
      // Definitions of Kubernetes may be given as the SDK writes such names, and as YAML does.
      const field = shape.get(name) ?? shape.get(name.replace(/^x-kubernetes-.*/, underscored));
      if (field === undefined) {
        if (shape.isOpen !== true) this.#reporterAt([...path, name])(unknownField(name, shape));
      } else if (field.computed)
        this.#reporterAt([...path, name])("is set by the provider and cannot be given");
      else this.#field(item, field, [...path, name]);
    }
  }

  #field(value: unknown, field: Field, path: readonly Step[]): void {
    this.#value(value, field.type, path);
    if (
      typeof value !== "string" ||
      isUnknown(value) ||
      field.values === undefined ||
      field.values.includes(value)
    )
      return;
    const key = path.map((step) => (typeof step === "number" ? "[]" : step)).join(".");
    if (!this.#overridden.has(key)) reportValue(this.#reporterAt(path), value, field.values);
  }

  #value(value: unknown, type: FieldType, path: readonly Step[]): void {
    if (isUnknown(value)) return;
    switch (type.kind) {
      case "any":
        return;
      case "asset":
        if (!isObject(value)) this.#mismatch("an asset or an archive", value, path);
        return;
      case "literal":
        if (value !== type.value) this.#mismatch(quote(type.value), value, path);
        return;
      case "list":
        if (!Array.isArray(value)) this.#mismatch("a list", value, path);
        else for (const [index, item] of value.entries()) this.#value(item, type.of, [...path, index]);
        return;
      case "map":
        if (!isObject(value)) this.#mismatch("a map", value, path);
        else for (const [key, item] of Object.entries(value)) this.#value(item, type.of, [...path, key]);
        return;
      case "union":
        if (!type.of.some((member) => this.#fits(value, member)))
          this.#mismatch(type.of.map(describe).join(" or "), value, path);
        return;
      case "object": {
        const shape = objectShape(this.#provider, type.reference);
        if (!isObject(value)) this.#mismatch("an object", value, path);
        else if (shape !== undefined) this.object(value, shape, path);
        return;
      }
      default: {
        const isRight = typeof value === type.kind && !(type.kind === "number" && !Number.isFinite(value));
        if (!isRight) this.#mismatch(describe(type), value, path);
      }
    }
  }

  #fits(value: unknown, type: FieldType): boolean {
    if (type.kind === "any" || type.kind === "union") return true;
    if (type.kind === "literal") return value === type.value;
    if (type.kind === "list") return Array.isArray(value);
    return type.kind === "map" || type.kind === "object" || type.kind === "asset"
      ? isObject(value)
      : typeof value === type.kind;
  }

  #mismatch(expected: string, value: unknown, path: readonly Step[]): void {
    this.#reporterAt(path)(`must be ${expected}`, { got: value });
  }
}

function underscored(name: string): string {
  return name.replaceAll("-", "_");
}

function reportValue(report: ReportFailure, value: unknown, allowed: readonly (string | number)[]): void {
  const near = typeof value === "string" ? nearest(value, allowed.map(String)) : undefined;
  report(`must be one of ${allowed.join(", ")}`, { got: value, near });
}

function unknownField(name: string, shape: Shape): string {
  const settable = [...shape].filter(([, field]) => !field.computed).map(([known]) => known);
  const near = nearest(name, settable);
  return near === undefined
    ? `unknown field; the fields here are ${settable.join(", ")}`
    : `unknown field; did you mean \`${near}\`?`;
}

function describe(type: FieldType): string {
  if (type.kind === "literal") return quote(type.value);
  const article = type.kind === "any" || type.kind === "asset" || type.kind === "object" ? "an" : "a";
  return `${article} ${type.kind}`;
}
