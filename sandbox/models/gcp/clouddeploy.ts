import type { OutputContext, ReportFailure, ResourceModel, Rule } from "../model.ts";
import {
  DELETION_POLICIES,
  exactly,
  integer,
  labels,
  pattern,
  projectId,
  seconds,
  serviceAccountEmail,
} from "../rules.ts";
import { isObject, type Properties, valueAt } from "../values.ts";
import { labelOutputs, uuid } from "./common.ts";
import { location } from "./locations.ts";

// Source of figures and forms: Cloud Deploy v1 discovery document, 2026-10.

const name = pattern(
  /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "1 to 63 small letters, digits and `-` that begin with a letter and end with no `-`",
);

const USAGES = ["RENDER", "DEPLOY", "VERIFY", "PREDEPLOY", "POSTDEPLOY", "ANALYSIS"];

/** What all three have in common. @param collection part of the identifier before the name */
function deployResource(
  collection: (context: OutputContext) => string,
  { rules, ...model }: Omit<ResourceModel, "id" | "replaceOn">,
): ResourceModel {
  const path = (context: OutputContext) =>
    context.join`projects/${context.project}/locations/${context.text("location")}/${collection(context)}/${context.text("name")}`;
  return {
    ...model,
    required: ["location", ...(model.required ?? [])],
    values: { deletionPolicy: DELETION_POLICIES, ...model.values },
    rules: { name, location, project: projectId, labels, ...rules },
    autoname: { property: "name", max: 63 },
    replaceOn: [
      "name",
      "location",
      "project",
      ...(model.token.endsWith("Automation") ? ["deliveryPipeline"] : []),
    ],
    id: path,
    outputs: (context) => ({
      ...labelOutputs(context),
      effectiveAnnotations: context.inputs.annotations ?? {},
      uid: context.keep("uid", () => uuid(context.hex("uid", 32))),
      etag: context.renew(() => context.hex(context.now(), 16)),
      createTime: context.keep("createTime", context.now),
      updateTime: context.renew(context.now),
    }),
  };
}

const CANARIES = ["canaryDeployment", "customCanaryDeployment"];

/** A canary that leads traffic says how, in one way, and its shares rise. */
const canary: Rule = (value, report) => {
  if (!isObject(value)) return;
  exactly(CANARIES)(value, report);
  rising(valueAt(value, "canaryDeployment", "percentages"), ["canaryDeployment", "percentages"], report);
  const phases = valueAt(value, "customCanaryDeployment", "phaseConfigs");
  const shares = Array.isArray(phases) ? phases.map((phase) => (phase as Properties).percentage) : phases;
  rising(shares, ["customCanaryDeployment", "phaseConfigs"], report);
};

function rising(shares: unknown, at: readonly string[], report: ReportFailure): void {
  if (!Array.isArray(shares) || !shares.every((share) => typeof share === "number")) return;
  if (shares.some((share, index) => index > 0 && share <= Number(shares[index - 1])))
    report("must rise from one to the next", { got: shares, at });
}

/** A phase is verified by Skaffold or by tasks. */
const phase: Rule = (value, report) => {
  if (isObject(value) && value.verify === true && value.verifyConfig !== undefined)
    report("must not be set together with verify", { at: ["verifyConfig"] });
};

const STRATEGY = "serialPipeline.stages[].strategy.canary";
const PHASES = `${STRATEGY}.customCanaryDeployment.phaseConfigs[]`;

const pipeline = deployResource(() => "deliveryPipelines", {
  token: "gcp:clouddeploy/deliveryPipeline:DeliveryPipeline",
  rules: {
    [STRATEGY]: canary,
    [`${STRATEGY}.canaryDeployment.percentages[]`]: integer(1, 99),
    [PHASES]: phase,
    [`${PHASES}.percentage`]: integer(0, 100),
    [`${PHASES}.phaseId`]: name,
  },
});

const target = deployResource(() => "targets", {
  token: "gcp:clouddeploy/target:Target",
  values: { "executionConfigs[].usages[]": USAGES },
  rules: {
    "executionConfigs[].executionTimeout": seconds(600, 86_400),
    "executionConfigs[].serviceAccount": serviceAccountEmail,
    "run.location": pattern(/^projects\/[^/]+\/locations\/[^/]+$/, "`projects/PROJECT/locations/REGION`"),
    "gke.cluster": pattern(
      /^projects\/[^/]+\/locations\/[^/]+\/clusters\/[^/]+$/,
      "`projects/PROJECT/locations/LOCATION/clusters/CLUSTER`",
    ),
  },
  check: exactly(["run", "gke", "anthosCluster", "multiTarget", "customTarget"], ["run"]),
});

const automation = deployResource(
  (context) => context.join`deliveryPipelines/${context.text("deliveryPipeline")}/automations`,
  {
    token: "gcp:clouddeploy/automation:Automation",
    rules: {
      serviceAccount: serviceAccountEmail,
      "rules[].advanceRolloutRule.id": name,
      "rules[].advanceRolloutRule.sourcePhases[]": name,
      "rules[].repairRolloutRule.id": name,
    },
  },
);

export const cloudDeploy: readonly ResourceModel[] = [pipeline, target, automation];
