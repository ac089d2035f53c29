import type { V1ConfigMap } from "@kubernetes/client-node";
import { z } from "zod";
import {
  CATALOGUE_ANNOTATION,
  type CatalogueEntry,
  FLAGS_LABEL,
  valueProblem,
} from "../../components/flags/catalogue.ts";
import { CommandFailure } from "../exit.ts";
import { HISTORY_ANNOTATION, readHistory, setBy } from "./history.ts";

const catalogueSchema = z.record(
  z.string(),
  z.object({
    kind: z.enum(["switch", "choice", "seconds", "milliseconds", "count", "bytes", "ratio", "text"]),
    why: z.string(),
    off: z.string().optional(),
    of: z.array(z.string()).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    atStart: z.string().optional(),
  }),
);

/** The flags of one system, as the cluster holds them. */
export interface FlagSet {
  readonly name: string;
  readonly namespace: string;
  /** The system that it is part of. */
  readonly system: string | undefined;
  readonly catalogue: Readonly<Record<string, CatalogueEntry>>;
  /** What the program declares, by name; without what is read at the start only. */
  readonly declared: Readonly<Record<string, string>>;
  /** The declared object's labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads the object that holds what is declared. @throws CommandFailure where it does not say what its flags are */
export function readFlagSet(object: V1ConfigMap): FlagSet {
  const { namespace = "", labels = {}, annotations = {} } = object.metadata ?? {};
  const name = labels[FLAGS_LABEL] ?? "";
  let written: unknown;
  try {
    written = JSON.parse(annotations[CATALOGUE_ANNOTATION] ?? "");
  } catch {
    written = undefined;
  }
  const catalogue = catalogueSchema.safeParse(written);
  if (!catalogue.success) {
    throw new CommandFailure(
      `the ConfigMap "${object.metadata?.name}" in namespace "${namespace}" does not say what its flags are: the annotation ${CATALOGUE_ANNOTATION} is missing or damaged. Deploying the stack again writes it: slipway up`,
    );
  }
  return {
    name,
    namespace,
    system: labels["app.kubernetes.io/part-of"],
    // Absent and undefined are the same in what zod gives.
    catalogue: catalogue.data as Record<string, CatalogueEntry>,
    declared: object.data ?? {},
    labels,
  };
}

/** One flag as it is now. */
export interface FlagState extends Partial<CatalogueEntry> {
  readonly name: string;
  /** Null where no program declares it any more. */
  readonly declared: string | null;
  /** What an operator put over it; null for nothing. */
  readonly override: string | null;
  readonly effective: string;
  /** Whether the program reads it at the start only; then it can't be overridden. */
  readonly readAtStart: boolean;
  /** Since when it is overridden, by whom and why; absent where it is not, or where `slipway flags` didn't do it. */
  readonly since?: string;
  readonly by?: string;
  readonly account?: string;
  readonly reason?: string;
  /** What is wrong with the override: the program has changed since. */
  readonly problem?: string;
}

/** Every flag of a set as it is now, sorted by name. */
export function flagStates(set: FlagSet, overrides: V1ConfigMap | undefined): FlagState[] {
  const data = overrides?.data ?? {};
  const history = readHistory(overrides?.metadata?.annotations?.[HISTORY_ANNOTATION]);
  const names = [...new Set([...Object.keys(set.catalogue), ...Object.keys(data)])].sort();
  return names.map((name) => {
    const { atStart, ...entry } = set.catalogue[name] ?? {};
    const declared = atStart ?? set.declared[name] ?? null;
    const override = data[name] ?? null;
    const setting = override === null ? undefined : setBy(history, name, override);
    const problem = override === null ? undefined : overrideProblem(set.catalogue[name], override);
    return {
      name,
      declared,
      override,
      effective: (atStart === undefined ? override : null) ?? declared ?? "",
      readAtStart: atStart !== undefined,
      ...(setting === undefined
        ? {}
        : { since: setting.at, by: setting.by, account: setting.account, reason: setting.reason }),
      ...(problem === undefined ? {} : { problem }),
      ...entry,
    } as FlagState;
  });
}

function overrideProblem(entry: CatalogueEntry | undefined, override: string): string | undefined {
  if (entry === undefined) return "no program declares it any more: clear it";
  if (entry.atStart !== undefined) return "it is read at the start only, so this has no effect: clear it";
  const problem = valueProblem(entry, override);
  return problem === undefined ? undefined : `${problem}: clear it, or set it anew`;
}
