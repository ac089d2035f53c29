import type { ServiceSpec } from "../service/spec.ts";
import type { TrafficShare } from "../service/traffic.ts";
import { type Ledger, type LedgerEntry, ledgerKey } from "./ledger.ts";

/** What a service says of its versions. */
type Declared = Pick<ServiceSpec, "runtime" | "image" | "traffic" | "candidate" | "release">;

/** What it runs: its own word, or the ledger's over it. */
type Versions = Pick<ServiceSpec, "image" | "traffic" | "candidate">;

/** What a ledger says of one system's services, by their names. */
export function releasedIn(ledger: Ledger | undefined, system: string): ReadonlyMap<string, LedgerEntry> {
  const prefix = ledgerKey(system, "");
  return new Map(
    Object.entries(ledger?.services ?? {})
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, entry]) => [key.slice(prefix.length), entry]),
  );
}

/** The entry, where it is about images: a cohort turns on what is deployed already, and an engine of its own needs no ledger. */
function entryOf({ release }: Declared, entry: LedgerEntry | undefined): LedgerEntry | undefined {
  const { strategy, engine = "slipway" } = release ?? {};
  return strategy === "cohort" || engine !== "slipway" ? undefined : entry;
}

/** What doesn't go together with what the ledger says, each with what would do. */
export function releasedProblems(declared: Declared, said: LedgerEntry | undefined): string[] {
  const entry = entryOf(declared, said);
  if (entry?.stable === undefined && entry?.candidate === undefined) return [];
  const twice = (["traffic", "candidate"] as const).filter((field) => declared[field] !== undefined);
  const isNameless = declared.runtime === "cloud-run" && entry.stable?.revision === undefined;
  return [
    ...twice.map((field) => `${field}: the stack's ledger says it; leave it out, here or there`),
    ...(isNameless && entry.candidate !== undefined
      ? [
          `the ledger has the candidate "${entry.candidate.image}" and names no revision of the stable version, so nothing could keep requests from the candidate: abort that release, or write stable.revision into the ledger`,
        ]
      : []),
  ];
}

/**
 * Shares of the requests on Cloud Run, by name. A candidate that isn't there yet has no name that could be given a share or an
 * address: it gets both with the next deployment. Nor is a revision named that nothing would reach: Cloud Run forgets it, and
 * every deployment would name it again.
 */
function shares({ stable, candidate }: LedgerEntry): readonly TrafficShare[] | undefined {
  if (stable?.revision === undefined) return undefined;
  if (candidate?.revision === undefined) return [{ revision: stable.revision, percent: 100 }];
  const { revision, percent, tag } = candidate;
  // In the order in which the rollout leaves them: another one would be a change.
  return [
    { revision, percent, tag },
    ...(percent === 100 ? [] : [{ revision: stable.revision, percent: 100 - percent }]),
  ];
}

/**
 * What a service runs, by its declaration and the stack's ledger. On Cloud Run the newest template is the candidate's, and
 * traffic goes by name; on Kubernetes both versions are there side by side.
 */
export function planReleased(declared: Declared, said: LedgerEntry | undefined): Versions {
  const entry = entryOf(declared, said);
  const { image, traffic, candidate } = declared;
  if (entry?.stable === undefined && entry?.candidate === undefined) {
    return {
      image,
      ...(traffic === undefined ? {} : { traffic }),
      ...(candidate === undefined ? {} : { candidate }),
    };
  }
  if (declared.runtime === "cloud-run") {
    const byName = shares(entry);
    return {
      image: (entry.candidate ?? entry.stable)?.image ?? image,
      ...(byName === undefined ? {} : { traffic: byName }),
    };
  }
  return {
    image: entry.stable?.image ?? image,
    ...(entry.candidate === undefined
      ? {}
      : {
          candidate: {
            image: entry.candidate.image,
            percent: entry.candidate.percent,
            ...(entry.candidate.header === undefined ? {} : { header: entry.candidate.header }),
            ...(entry.candidate.fullSize === undefined ? {} : { fullSize: entry.candidate.fullSize }),
          },
        }),
  };
}

/** Which service of which stack a sentence is about. */
interface Named {
  readonly stack: string;
  readonly system: string;
  readonly service: string;
}

function release({ stack, system, service }: Named, image: string): string {
  return `npx slipway release ${ledgerKey(system, service)} --image ${image} --stack ${stack}`;
}

/** What to say where the stack file names an image that is neither of the ledger's: it is not deployed. Undefined otherwise. */
export function otherImage(
  named: Named,
  declared: Declared,
  said: LedgerEntry | undefined,
): string | undefined {
  const { stable, candidate } = entryOf(declared, said) ?? {};
  const { image } = declared;
  if (stable === undefined || typeof image !== "string") return undefined;
  if (image === stable.image || image === candidate?.image) return undefined;
  return `${named.service}: the ledger says that ${stable.image} is stable, so the stack file's ${image} is not deployed; release it: ${release(named, image)}`;
}

/**
 * What to say where a deployment makes a revision that the ledger doesn't know: other settings, though the image is the same.
 * Traffic goes by name, so it gets none. Undefined otherwise.
 */
export function otherRevision(
  named: Named,
  made: string,
  { stable, candidate }: LedgerEntry,
): string | undefined {
  const known = candidate === undefined ? stable : candidate;
  if (stable === undefined || known?.revision === undefined || known.revision === made) return undefined;
  return `${named.service}: its settings are no longer those of ${known.revision}; ${made}, which has them, gets no requests before it is released: ${release(named, stable.image)}`;
}
