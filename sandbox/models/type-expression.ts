/** What the SDK's declarations say of one field's type; the wrappers `Input<…>` and `… | undefined` are gone. */
export type FieldType =
  | { readonly kind: "string" | "number" | "boolean" | "any" | "asset" }
  | { readonly kind: "literal"; readonly value: string }
  | { readonly kind: "list" | "map"; readonly of: FieldType }
  | { readonly kind: "object"; readonly reference: string }
  | { readonly kind: "union"; readonly of: readonly FieldType[] };

const tokens = /[A-Za-z_$][\w$.]*|"[^"]*"|[<>{}[\]|:;()]/g;

/**
 * Parses the type of one field as the SDK generator writes it, such as
 * `pulumi.Input<pulumi.Input<inputs.cloudrunv2.ServiceTraffic>[] | undefined>`.
 * What it does not know becomes `any`: a checker must never refuse what it cannot read.
 */
export function parseTypeExpression(text: string): FieldType {
  const list = text.match(tokens) ?? [];
  let at = 0;
  const accept = (token: string): boolean => {
    if (list[at] !== token) return false;
    at += 1;
    return true;
  };

  const union = (): FieldType => {
    const members: FieldType[] = [];
    do {
      const member = postfix();
      if (member !== undefined) members.push(member);
    } while (accept("|"));
    const [only] = members;
    if (only === undefined) return { kind: "any" };
    if (members.length === 1) return only;
    return members.every(({ kind }) => kind === "asset") ? { kind: "asset" } : { kind: "union", of: members };
  };

  const postfix = (): FieldType | undefined => {
    let type = primary();
    while (accept("[")) {
      accept("]");
      type = { kind: "list", of: type ?? { kind: "any" } };
    }
    return type;
  };

  const primary = (): FieldType | undefined => {
    const token = list[at];
    at += 1;
    if (token === undefined) return { kind: "any" };
    if (token === "(") {
      const inner = union();
      accept(")");
      return inner;
    }
    if (token === "{") return mapType();
    if (token.startsWith('"')) return { kind: "literal", value: token.slice(1, -1) };
    if (accept("<")) {
      const inner = union();
      accept(">");
      return token === "Array" ? { kind: "list", of: inner } : inner;
    }
    return named(token);
  };

  /** `{ [key: string]: T; }`; the opening brace is already read. */
  const mapType = (): FieldType => {
    for (const token of ["[", "key", ":", "string", "]", ":"]) {
      if (accept(token)) continue;
      at = list.length;
      return { kind: "any" };
    }
    const of = union();
    accept(";");
    accept("}");
    return { kind: "map", of };
  };

  return union();
}

function named(token: string): FieldType | undefined {
  if (token === "undefined") return undefined;
  if (token === "string" || token === "number" || token === "boolean") return { kind: token };
  if (token.startsWith("inputs.")) return { kind: "object", reference: token.slice("inputs.".length) };
  if (token.startsWith("pulumi.asset.")) return { kind: "asset" };
  return { kind: "any" };
}
