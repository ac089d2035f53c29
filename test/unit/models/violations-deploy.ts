import type { Violation } from "./violations.ts";

const target = "gcp:clouddeploy/target:Target";
const pipeline = "gcp:clouddeploy/deliveryPipeline:DeliveryPipeline";
const automation = "gcp:clouddeploy/automation:Automation";
const canary = "serialPipeline.stages[0].strategy.canary";
const phases = `${canary}.customCanaryDeployment.phaseConfigs`;

export const deployViolations: readonly Violation[] = [
  [target, "location", undefined, "location", "is required"],
  [
    target,
    "run.location",
    "us-east1",
    "run.location",
    'must be `projects/PROJECT/locations/REGION`; got "us-east1"',
  ],
  [
    target,
    "executionConfigs[0].executionTimeout",
    "86401s",
    "executionConfigs[0].executionTimeout",
    'must be a duration from 600s to 86400s; got "86401s"',
  ],
  [
    pipeline,
    "name",
    "Api",
    "name",
    'must be 1 to 63 small letters, digits and `-` that begin with a letter and end with no `-`; got "Api"',
  ],
  [pipeline, `${phases}[0].percentage`, 100, phases, "must rise from one to the next; got [100,100]"],
  [
    pipeline,
    `${phases}[0].verify`,
    true,
    `${phases}[0].verifyConfig`,
    "must not be set together with verify",
  ],
  [automation, "deliveryPipeline", undefined, "deliveryPipeline", "is required"],
  [
    automation,
    "serviceAccount",
    "deployer",
    "serviceAccount",
    'must be the e-mail address of a service account; got "deployer"',
  ],
];
