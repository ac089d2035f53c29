import { createRequire } from "node:module";

/** An element with what is in it, in order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, entities resolved. */
  readonly text: string;
}

/** The part of `fast-xml-parser` that is used here. */
interface Parser {
  readonly XMLValidator: { validate(xml: string): true | { readonly err: { readonly msg: string } } };
  readonly XMLParser: new (options: object) => { parse(xml: string): readonly Ordered[] };
}

type Ordered = { readonly [name: string]: unknown };

/** It is what Cloud Storage's client reads its answers with. */
const { XMLParser, XMLValidator } = createRequire(import.meta.resolve("@google-cloud/storage"))(
  "fast-xml-parser",
) as Parser;

/** Reads XML; its root. @throws where it isn't well-formed */
export function parseXml(xml: string): XmlElement {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new Error(valid.err.msg);
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseAttributeValue: false,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    processEntities: { enabled: true, maxTotalExpansions: 100_000 },
  });
  const roots = parser.parse(xml).flatMap((node) => elementOf(node) ?? []);
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw new Error(`there are ${roots.length} roots`);
  return root;
}

function elementOf(node: Ordered): XmlElement | undefined {
  const name = Object.keys(node).find((key) => key !== ":@");
  if (name === undefined || name === "#text" || name.startsWith("?")) return undefined;
  const inside = node[name] as readonly Ordered[];
  return {
    name,
    attributes: (node[":@"] ?? {}) as Record<string, string>,
    children: inside.flatMap((child) => elementOf(child) ?? []),
    text: inside.flatMap((child) => ("#text" in child ? [String(child["#text"])] : [])).join(""),
  };
}
