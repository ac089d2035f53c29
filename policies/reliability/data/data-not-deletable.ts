import { isProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import {
  ALLOYDB_CLUSTER,
  ATLAS_CLUSTER,
  BIGTABLE_INSTANCE,
  BUCKET,
  CRYPTO_KEY,
  FIRESTORE_DATABASE,
  MEMORYSTORE_INSTANCE,
  REDIS_CLUSTER,
  SECRET,
  SPANNER_DATABASE,
  SQL_INSTANCE,
} from "../../types.ts";

/** How a provider is told to refuse a deletion, and what it does where nothing is said (provider's reference, 2026-11). */
interface Guard {
  readonly field: string;
  readonly isGuarded: (value: Property) => boolean;
  readonly byDefault: boolean;
}

const flag = (field: string, byDefault: boolean): Guard => ({
  field,
  isGuarded: (value) => value.flag() === true,
  byDefault,
});
const word = (field: string, byDefault: boolean, ...words: readonly string[]): Guard => ({
  field,
  isGuarded: (value) => words.includes(value.text() ?? ""),
  byDefault,
});

/** Google's provider has this one on most of its resources. */
const PREVENTED = word("deletionPolicy", false, "PREVENT", "ABANDON");

const GUARDS: Readonly<Record<string, readonly Guard[]>> = {
  [SQL_INSTANCE]: [flag("deletionProtection", true), PREVENTED],
  [ALLOYDB_CLUSTER]: [flag("deletionProtection", true), PREVENTED],
  [SPANNER_DATABASE]: [flag("deletionProtection", true), PREVENTED],
  [BIGTABLE_INSTANCE]: [flag("deletionProtection", true), PREVENTED],
  // A bucket that holds something is refused by the API; this deletes what it holds first.
  [BUCKET]: [
    {
      field: "forceDestroy",
      isGuarded: (value) => value.flag() !== true,
      byDefault: true,
    },
  ],
  [FIRESTORE_DATABASE]: [
    word("deletionPolicy", true, "PREVENT", "ABANDON"),
    word("deleteProtectionState", false, "DELETE_PROTECTION_ENABLED"),
  ],
  [REDIS_CLUSTER]: [flag("deletionProtectionEnabled", true), PREVENTED],
  [MEMORYSTORE_INSTANCE]: [flag("deletionProtectionEnabled", true), PREVENTED],
  [CRYPTO_KEY]: [PREVENTED],
  [SECRET]: [flag("deletionProtection", false), PREVENTED],
  [ATLAS_CLUSTER]: [flag("terminationProtectionEnabled", false)],
};

function check(resource: Subject): Finding | undefined {
  if (resource.opts?.protect === true) return undefined;
  const guards = GUARDS[resource.type] as readonly Guard[];
  const holds = guards.some(({ field, isGuarded, byDefault }) => {
    const value = resource.props.at(field);
    return value.present ? isGuarded(value) : byDefault;
  });
  if (holds) return undefined;
  const [{ field }] = guards as [Guard];
  const at = resource.props.at(field);
  return violation(
    at,
    `is ${at.present ? at.quote() : "not set"}, and the resource is not protected: one mistake deletes what it holds`,
  );
}

export const dataNotDeletable: Policy = {
  id: "data-not-deletable",
  title: "In production what holds data must be kept from being deleted.",
  severity: "critical",
  level: "mandatory",
  why: "A changed name, a wrong stack, a merge that took a line out: a deployment deletes the database as readily as a log line, and what a key encrypted is gone with the key.",
  fix: "Give the resource {protect: true}, or switch on the provider's own protection (deletionProtection, terminationProtectionEnabled); leave forceDestroy out.",
  example: {
    typescript: `new gcp.kms.CryptoKey("orders", { keyRing: ring.id }, { protect: true });`,
  },
  requirements: ["EA-04", "EA-05", "EA-06"],
  types: Object.keys(GUARDS),
  check: (resource) => (isProduction(resource) ? parts(() => check(resource)) : []),
};
