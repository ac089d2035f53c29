import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { quoted } from "../../core/property.ts";
import { namespaceOf } from "../../kubernetes.ts";
import { STATEFUL_SET } from "../../types.ts";
import { RPO_TAG } from "./backups.ts";
import { stated } from "./facts.ts";

const GKE_BACKUP_PLAN = "gcp:gkebackup/backupPlan:BackupPlan";
const VELERO_SCHEDULE = "kubernetes:velero.io/v1:Schedule";

const SETTINGS = z.strictObject({
  all: z
    .boolean()
    .default(false)
    .describe(`Whether every volume must be backed up, not only those that state ${RPO_TAG}.`),
});

/** Whether a schedule of Velero, or a plan of GKE's own, takes a namespace's volumes along. */
function covers(backup: Subject, namespace: string): boolean {
  if (backup.type === VELERO_SCHEDULE) {
    const template = backup.props.at("spec", "template");
    const [included, excluded] = ["includedNamespaces", "excludedNamespaces"].map((field) =>
      template
        .at(field)
        .items()
        .map((one) => one.text()),
    ) as [string[], string[]];
    if (template.at("snapshotVolumes").flag() === false) return false;
    const isIn = included.length === 0 || included.includes("*") || included.includes(namespace);
    return isIn && !excluded.includes(namespace);
  }
  const config = backup.props.at("backupConfig");
  if (config.at("includeVolumeData").flag() !== true) return false;
  if (config.at("allNamespaces").flag() === true) return true;
  return config
    .at("selectedNamespaces", "namespaces")
    .items()
    .some((one) => one.text() === namespace);
}

function check(stack: Stack, set: Subject, all: boolean): Finding | undefined {
  if (!isProduction(set) || set.props.at("spec", "volumeClaimTemplates").items().length === 0)
    return undefined;
  const rpo = stated(set, RPO_TAG);
  if (!rpo.present && !all) return undefined;
  const namespace = namespaceOf(set);
  const backups = [GKE_BACKUP_PLAN, VELERO_SCHEDULE].flatMap((type) => stack.ofType(type));
  if (backups.some((backup) => covers(backup, namespace))) return undefined;
  return rpo.present
    ? violation(
        rpo,
        `is ${rpo.quote()}, and nothing in the stack backs up volumes of ${quoted(namespace)}: neither a Schedule of Velero nor a BackupPlan of GKE`,
      )
    : violation(
        set.props.at("spec", "volumeClaimTemplates"),
        `are in no backup of the stack: neither a Schedule of Velero nor a BackupPlan of GKE takes ${quoted(namespace)}`,
      );
}

export const volumesBackedUp: Policy = {
  id: "volumes-backed-up",
  title: "Volumes whose data may not be lost should be backed up.",
  severity: "medium",
  level: "advisory",
  why: "A volume outlives its pod, not its zone, nor a wrong statement.",
  fix: "Declare a Schedule of Velero, or a gkebackup.BackupPlan with includeVolumeData, for the namespace. Where another stack does so, state that by an exemption.",
  example: {
    yaml: `apiVersion: velero.io/v1
kind: Schedule
metadata:
  name: shop
  namespace: velero
spec:
  schedule: "0 * * * *"
  template:
    includedNamespaces: [shop]
    snapshotVolumes: true`,
  },
  settings: SETTINGS,
  types: [STATEFUL_SET, VELERO_SCHEDULE, GKE_BACKUP_PLAN],
  checkStack: (stack, context: Context) => {
    const { all } = context.settings(SETTINGS);
    return each(stack.ofType(STATEFUL_SET), (set) => check(stack, set, all));
  },
};
