import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ATLAS_CLUSTER, SQL_INSTANCE } from "../../types.ts";

/** How long a restore may take, in minutes: stated as a tag or label of the database. */
export const RTO_TAG = "rto-minutes";

/** How many days lie between two tests that restore the database: stated likewise by whoever declares the test. */
export const RESTORE_TEST_TAG = "restore-test-days";

/** The day on which a restore was last proven, ISO 8601: stated likewise by whoever runs the test. */
export const RESTORE_PROOF_TAG = "last-restore-proof";

/** What Slipway's facts begin with in Kubernetes, where they are annotations. */
const PREFIX = "slipway.dev/";

/** Where a fact of a database is stated: a tag on Atlas, a label in Google Cloud, an annotation in Kubernetes. */
export function stated(database: Subject, fact: string): Property {
  const { type, props } = database;
  if (type === ATLAS_CLUSTER) return props.at("tags", fact);
  if (type === SQL_INSTANCE) return props.at("settings", "userLabels", fact);
  if (type.startsWith("kubernetes:")) return props.at("metadata", "annotations", `${PREFIX}${fact}`);
  return props.at("labels", fact);
}

/** A copy for reading has the backups of what it copies. */
export function isReadReplica({ props }: Subject): boolean {
  return (
    props.at("masterInstanceName").present ||
    /READ_(REPLICA|POOL)/.test(props.at("instanceType").text() ?? "")
  );
}
