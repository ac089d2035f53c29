import protobuf from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../models/values.ts";

type Struct = InstanceType<typeof protobuf.Struct>;

/** A message's struct as plain data; {} when the field is not set. */
export function fromStruct(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Plain data as a struct. Undefined fields are left out: the wire knows none. */
export function toStruct(properties: Properties): Struct {
  return protobuf.Struct.fromJavaScript(
    withoutUndefined(properties) as Parameters<typeof protobuf.Struct.fromJavaScript>[0],
  );
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutUndefined(item) ?? null);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, withoutUndefined(field)]),
  );
}

/** The parts of a URN that a provider needs: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export function parseUrn(urn: string): { readonly type: string; readonly name: string } {
  const [, , qualifiedType = "", ...name] = urn.split("::");
  return { type: qualifiedType.split("$").at(-1) ?? "", name: name.join("::") };
}
