import { integer } from "../rules.ts";
import { countOrPercent, integers, labelSelector, notOverAll, selects } from "./common.ts";
import { cronSchedule } from "./cron.ts";
import { oneOf, type Place, type PlaceRule } from "./place.ts";
import { podSpec, podTemplate } from "./pod.ts";
import { claimSpec } from "./storage.ts";

const always = { restartPolicies: ["Always"] };
const untilDone = { restartPolicies: ["OnFailure", "Never"], needsRestartPolicy: true };

/** The selector is there, and takes the template's labels. */
function selectorFits(spec: Place): void {
  const selector = spec.at("selector");
  labelSelector(selector);
  if (selector.isUnknown) return;
  if (selector.at("matchLabels").isEmpty && selector.at("matchExpressions").isEmpty)
    selector.fail("must not be empty: it would take every pod");
  else if (selects(selector, spec.at("template", "metadata", "labels")) === false)
    spec.at("template", "metadata", "labels").fail("must have the labels that spec.selector asks for");
}

/** Seconds that a rollout may make no progress, unless told. */
const PROGRESS_DEADLINE = 600;

const deployment: PlaceRule = (object) => {
  const spec = object.at("spec");
  integers(spec, {
    replicas: [0],
    minReadySeconds: [0],
    progressDeadlineSeconds: [1],
    revisionHistoryLimit: [0],
  });
  const deadline = spec.at("progressDeadlineSeconds");
  const [ready, limit] = [spec.at("minReadySeconds"), deadline.isGiven ? deadline.number : PROGRESS_DEADLINE];
  if (limit !== undefined && limit <= (ready.number ?? 0)) {
    if (deadline.isGiven)
      deadline.refuse(`must be greater than minReadySeconds, which is ${ready.number ?? 0}`);
    else
      ready.refuse(`must be less than progressDeadlineSeconds, which is ${PROGRESS_DEADLINE} unless given`);
  }
  const type = spec.at("strategy", "type").follow(oneOf("RollingUpdate", "Recreate")).text;
  const rolling = spec.at("strategy", "rollingUpdate");
  if (type === "Recreate" && rolling.isSet) rolling.fail("must not be set with the strategy Recreate");
  const [surge, unavailable] = [rolling.at("maxSurge"), rolling.at("maxUnavailable")];
  surge.follow(countOrPercent);
  unavailable.follow(countOrPercent, notOverAll);
  if (isZero(surge) && isZero(unavailable))
    unavailable.fail("must not be 0 where maxSurge is 0: nothing could be rolled out");
  selectorFits(spec);
  podTemplate(spec.at("template"), always);
};

function isZero(place: Place): boolean {
  return place.value === 0 || (place.text !== undefined && /^0+%$/.test(place.text));
}

const statefulSet: PlaceRule = (object) => {
  const spec = object.at("spec");
  integers(spec, { replicas: [0], minReadySeconds: [0], revisionHistoryLimit: [0] });
  spec.at("podManagementPolicy").follow(oneOf("OrderedReady", "Parallel"));
  spec.at("updateStrategy", "type").follow(oneOf("RollingUpdate", "OnDelete"));
  spec.at("updateStrategy", "rollingUpdate", "partition").follow(integer(0));
  for (const field of ["whenDeleted", "whenScaled"])
    spec.at("persistentVolumeClaimRetentionPolicy", field).follow(oneOf("Retain", "Delete"));
  selectorFits(spec);
  const claims = spec.at("volumeClaimTemplates").items;
  for (const claim of claims) claimSpec(claim.at("spec"));
  const names = claims.flatMap((claim) => claim.at("metadata", "name").text ?? []);
  podTemplate(spec.at("template"), { ...always, claims: names });
};

const daemonSet: PlaceRule = (object) => {
  const spec = object.at("spec");
  integers(spec, { minReadySeconds: [0], revisionHistoryLimit: [0] });
  spec.at("updateStrategy", "type").follow(oneOf("RollingUpdate", "OnDelete"));
  const rolling = spec.at("updateStrategy", "rollingUpdate");
  rolling.at("maxSurge").follow(countOrPercent, notOverAll);
  rolling.at("maxUnavailable").follow(countOrPercent, notOverAll);
  selectorFits(spec);
  podTemplate(spec.at("template"), always);
};

const replicaSet: PlaceRule = (object) => {
  const spec = object.at("spec");
  integers(spec, { replicas: [0], minReadySeconds: [0] });
  selectorFits(spec);
  podTemplate(spec.at("template"), always);
};

function jobSpec(spec: Place): void {
  integers(spec, {
    activeDeadlineSeconds: [0],
    backoffLimit: [0],
    completions: [0],
    parallelism: [0],
    ttlSecondsAfterFinished: [0],
  });
  const mode = spec.at("completionMode").follow(oneOf("NonIndexed", "Indexed")).text;
  if (mode === "Indexed" && !spec.at("completions").isGiven)
    spec.at("completions").fail("is required where completionMode is Indexed");
  if (
    spec.at("selector").isSet &&
    !spec.at("manualSelector").isUnknown &&
    spec.at("manualSelector").value !== true
  )
    spec.at("selector").fail("is made by the cluster; only with manualSelector may it be given");
  podTemplate(spec.at("template"), untilDone);
}

const job: PlaceRule = (object) => jobSpec(object.at("spec"));

const cronJob: PlaceRule = (object) => {
  const spec = object.at("spec");
  spec.at("schedule").need().follow(cronSchedule);
  spec.at("concurrencyPolicy").follow(oneOf("Allow", "Forbid", "Replace"));
  integers(spec, {
    startingDeadlineSeconds: [0],
    successfulJobsHistoryLimit: [0],
    failedJobsHistoryLimit: [0],
  });
  const zone = spec.at("timeZone");
  if (zone.text !== undefined && !isTimeZone(zone.text))
    zone.refuse("must be a time zone such as `Europe/Berlin`");
  jobSpec(spec.at("jobTemplate", "spec"));
};

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return /^[A-Za-z]/.test(name) && name !== "Local";
  } catch {
    return false;
  }
}

const pod: PlaceRule = (object) =>
  podSpec(object.at("spec"), { restartPolicies: ["Always", "OnFailure", "Never"] });

/** Rules of what runs pods, by API group and kind. */
export const workloads: Readonly<Record<string, PlaceRule>> = {
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "apps/DaemonSet": daemonSet,
  "apps/ReplicaSet": replicaSet,
  "batch/Job": job,
  "batch/CronJob": cronJob,
  "/Pod": pod,
};
