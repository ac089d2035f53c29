import { adviceOutsideProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { DELIVERY_PIPELINE, FLAGGER_CANARY, ROLLOUT } from "../../types.ts";

const UNSEEN = "nothing is measured on the way";

function advice(finding: Finding): Finding {
  return { ...finding, level: "advisory" };
}

function checkArgoCanary(canary: Property): Finding | undefined {
  const at = canary.at("steps");
  const steps = at.items();
  if (canary.at("analysis").present) return undefined;
  if (
    steps.some((step) => step.at("analysis").present || step.at("experiment", "analyses").items().length > 0)
  )
    return undefined;
  if (steps.length === 0) return violation(at, `has none, and there is no analysis: ${UNSEEN}`);
  const waits = steps.some((step) => step.at("pause").present && !step.at("pause", "duration").present);
  const problem = `has no analysis, and neither has the canary: ${UNSEEN}`;
  return waits ? advice(violation(at, `${problem} but what a person looks at`)) : violation(at, problem);
}

function checkArgoBlueGreen(blueGreen: Property): Finding | undefined {
  if (["prePromotionAnalysis", "postPromotionAnalysis"].some((field) => blueGreen.at(field).present))
    return undefined;
  const byHand = blueGreen.at("autoPromotionEnabled").flag() === false;
  const found = violation(blueGreen, `has neither prePromotionAnalysis nor postPromotionAnalysis: ${UNSEEN}`);
  return byHand ? advice(found) : found;
}

function checkRollout({ props }: Subject): Finding[] {
  const strategy = props.at("spec", "strategy");
  const [canary, blueGreen] = [strategy.at("canary"), strategy.at("blueGreen")];
  return parts(
    () => (canary.present ? checkArgoCanary(canary) : undefined),
    () => (blueGreen.present ? checkArgoBlueGreen(blueGreen) : undefined),
    () =>
      strategy.present && (canary.present || blueGreen.present)
        ? undefined
        : violation(strategy, "is neither canary nor blueGreen"),
  );
}

function checkFlagger({ props }: Subject): Finding[] {
  // The older name of the field is still read by Flagger.
  const [current, former] = [props.at("spec", "analysis"), props.at("spec", "canaryAnalysis")];
  return parts(() => {
    const analysis = current.present || !former.present ? current : former;
    const metrics = analysis.at("metrics");
    return metrics.items().length > 0 ? undefined : violation(metrics, `has none: ${UNSEEN}`);
  });
}

/** Whether a canary, or a phase of it, is verified or watched. */
function isVerified(place: Property): boolean {
  return (
    place.at("verify").flag() === true || place.at("verifyConfig").present || place.at("analysis").present
  );
}

function checkStage(stage: Property): Finding | undefined {
  const canary = stage.at("strategy", "canary");
  if (!canary.present) return undefined;
  const [plain, custom] = [canary.at("canaryDeployment"), canary.at("customCanaryDeployment")];
  if (plain.present)
    return isVerified(plain) ? undefined : violation(plain.at("verify"), `is not true: ${UNSEEN}`);
  const phases = custom.at("phaseConfigs");
  return phases.items().some(isVerified)
    ? undefined
    : violation(phases, `has no phase that is verified: ${UNSEEN}`);
}

function check(resource: Subject): Finding[] {
  if (resource.type === ROLLOUT) return checkRollout(resource);
  if (resource.type === FLAGGER_CANARY) return checkFlagger(resource);
  return parts(() => each(resource.props.at("serialPipeline", "stages").items(), checkStage));
}

export const releaseVerified: ResourcePolicy = {
  id: "release-verified-by-controller",
  title: "A canary of Argo Rollouts, Flagger or Cloud Deploy must be measured on the way.",
  severity: "high",
  level: "mandatory",
  why: "Without an analysis the steps only take time: a version that fails comes to everybody, a little later.",
  fix: "Argo Rollouts: an analysis of the canary or a step, or prePromotionAnalysis. Flagger: analysis.metrics. Cloud Deploy: verify, or an analysis, of the canary deployment.",
  example: {
    yaml: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: shop
spec:
  strategy:
    canary:
      steps:
        - setWeight: 10
        - pause: { duration: 15m }
        - analysis:
            templates: [{ templateName: shop-errors }]`,
  },
  requirements: ["EA-10", "OS-07"],
  types: [ROLLOUT, FLAGGER_CANARY, DELIVERY_PIPELINE],
  check: (resource) => adviceOutsideProduction(resource, check(resource)),
};
