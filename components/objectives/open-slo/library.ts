import type { z } from "zod";
import { type Findings, fitted, type SourceDocument } from "./read.ts";
import { type ReadMetadata, schemas } from "./schema.ts";

type Kind = keyof typeof schemas;
type Read<Of extends Kind> = z.infer<(typeof schemas)[Of]>;

/** A file's documents of OpenSLO, by kind and name, as others refer to them. */
export interface Library {
  readonly slos: readonly { readonly at: string; readonly slo: Read<"SLO"> }[];
  readonly services: readonly Read<"Service">[];
  readonly find: <Of extends Exclude<Kind, "SLO">>(kind: Of, name: string) => Read<Of> | undefined;
}

function isKind(kind: unknown): kind is Kind {
  return typeof kind === "string" && Object.hasOwn(schemas, kind);
}

/** Reads documents of OpenSLO; what doesn't fit is a problem. */
export function libraryOf(documents: readonly SourceDocument[], findings: Findings): Library {
  const read: { kind: Kind; at: string; document: { metadata: ReadMetadata } }[] = [];
  for (const source of documents) {
    const { kind } = source.value;
    if (!isKind(kind)) {
      const known = Object.keys(schemas).join(", ");
      findings.problems.push(`${source.at}kind: ${JSON.stringify(kind ?? null)} must be one of ${known}`);
      continue;
    }
    const document = fitted<{ metadata: ReadMetadata }>(schemas[kind], source, findings);
    if (document !== undefined) read.push({ kind, at: source.at, document });
  }
  const named = new Map(read.map(({ kind, document }) => [`${kind} ${document.metadata.name}`, document]));
  const all = <Of extends Kind>(wanted: Of) =>
    read.flatMap(({ kind, at, document }) =>
      kind === wanted ? [{ at, document: document as Read<Of> }] : [],
    );
  return {
    slos: all("SLO").map(({ at, document }) => ({ at, slo: document })),
    services: all("Service").map(({ document }) => document),
    find: <Of extends Kind>(kind: Of, name: string) => named.get(`${kind} ${name}`) as Read<Of> | undefined,
  };
}
