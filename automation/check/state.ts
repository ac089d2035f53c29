import type { PolicyResource } from "../../policies/core/policy.ts";
import type { PlanResource } from "../plan/resources.ts";
import { secretWire, unknownValue, type Wire } from "../plan/wire.ts";
import type { SourceDocument } from "./documents.ts";

/** What Pulumi writes of a resource into a stack's state (`apitype.ResourceV3`), as far as it is read here. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly inputs: Wire;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
}

/** A stack, as its export holds it. */
export interface ExportedStack {
  readonly subjects: readonly PolicyResource[];
  readonly resources: readonly PlanResource[];
  /** Resources that a provider made. */
  readonly custom: number;
  readonly notes: readonly string[];
}

/** Versions of the format that this reads: 3 has been written since 2018; 4 adds a list of the features that are used. */
const VERSIONS = [3, 4];

type Json = Readonly<Record<string, unknown>>;

/** Reads the output of `pulumi stack export`. @throws TypeError that says what is wrong with it */
export function exportedStack({ value, source }: SourceDocument): ExportedStack {
  const { version, deployment } = value as { version: number; deployment: Json };
  if (!VERSIONS.includes(version))
    throw new TypeError(
      `is a stack's state of version ${version}; this reads ${VERSIONS.join(" and ")}: use a newer Slipway`,
    );
  const listed: unknown = deployment.resources ?? [];
  if (!Array.isArray(listed)) throw new TypeError("is a stack's state whose `resources` is no list");
  const notes: string[] = [];
  const live = listed.filter((resource: Json) => resource?.delete !== true && resource?.external !== true);
  if (live.length < listed.length) {
    notes.push(
      `${source.file}: ${listed.length - live.length} of its resources are left out: they are only read, or wait to be deleted`,
    );
  }
  const found = live.map((resource, index) => stateResource(resource, index));
  return {
    notes,
    custom: found.filter(({ custom }) => custom).length,
    subjects: found.map(({ urn, type, inputs, parent, dependencies, propertyDependencies, protect }) => ({
      urn,
      type,
      name: nameOf(urn),
      props: inputs,
      parent,
      dependencies,
      propertyDependencies,
      opts: { protect },
    })),
    resources: found.map(({ urn, type, parent }) => ({
      urn,
      type,
      name: nameOf(urn),
      parent: parent ?? null,
      inputs: {},
      dependencies: [],
      options: {},
    })),
  };
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function stateResource(resource: Json | null, index: number): StateResource {
  const { urn, type, custom, inputs, parent, dependencies, propertyDependencies, protect } = resource ?? {};
  if (typeof urn !== "string" || typeof type !== "string")
    throw new TypeError(`is a stack's state in which resource ${index} has no urn or type`);
  return {
    urn,
    type,
    custom: custom === true,
    inputs: markedWire(inputs ?? {}),
    parent: typeof parent === "string" && parent !== "" ? parent : undefined,
    dependencies: Array.isArray(dependencies) ? dependencies : [],
    propertyDependencies: (propertyDependencies ?? {}) as Record<string, readonly string[]>,
    protect: protect === true,
  };
}

/** Marks Pulumi's own kinds of values; `@pulumi/pulumi/runtime/rpc` calls it the same. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A value of a state: a secret in it is known where the export was made with `--show-secrets`, and hidden in any case. */
function markedWire(value: unknown): Wire {
  if (typeof value !== "object" || value === null) return (value ?? null) as Wire;
  if (Array.isArray(value)) return value.map(markedWire);
  const map = value as Json;
  if (map[SIGNATURE] === SECRET) return secretWire(plaintext(map.plaintext));
  return Object.fromEntries(Object.entries(map).map(([key, part]) => [key, markedWire(part)]));
}

function plaintext(text: unknown): Wire {
  if (typeof text !== "string") return unknownValue;
  try {
    return JSON.parse(text) as Wire;
  } catch {
    return unknownValue;
  }
}

/** Where each resource begins in an export's text, by URN: all are found in one pass. */
export function urnOffsets(text: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  for (const match of text.matchAll(/"urn":\s*("(?:[^"\\]|\\.)*")/g)) {
    const urn = JSON.parse(match[1] as string) as string;
    if (!offsets.has(urn)) offsets.set(urn, match.index);
  }
  return offsets;
}
