import { integer } from "../rules.ts";
import { countOrPercent, integers, labelSelector, notOverAll, unique } from "./common.ts";
import { isQualifiedName } from "./names.ts";
import { oneOf, type Place, type PlaceRule } from "./place.ts";
import { amountOf } from "./pod.ts";
import { quantity } from "./quantity.ts";

const disruptionBudget: PlaceRule = (object) => {
  const spec = object.at("spec");
  const [least, most] = [spec.at("minAvailable"), spec.at("maxUnavailable")];
  if (least.isSet && most.isSet) most.fail("must not be set together with minAvailable");
  least.follow(countOrPercent, notOverAll);
  most.follow(countOrPercent, notOverAll);
  spec.at("unhealthyPodEvictionPolicy").follow(oneOf("IfHealthyBudget", "AlwaysAllow"));
  labelSelector(spec.at("selector"));
};

/** Where each type of metric keeps what it measures. */
const metricSources: Readonly<Record<string, string>> = {
  Resource: "resource",
  ContainerResource: "containerResource",
  Pods: "pods",
  Object: "object",
  External: "external",
};
const targetValues: Readonly<Record<string, string>> = {
  Utilization: "averageUtilization",
  AverageValue: "averageValue",
  Value: "value",
};

const autoscaler: PlaceRule = (object) => {
  const spec = object.at("spec");
  integers(spec, { minReplicas: [1], maxReplicas: [1] });
  const [least, most] = [spec.at("minReplicas").number ?? 1, spec.at("maxReplicas")];
  if (most.number !== undefined && most.number < least)
    most.refuse(`must be greater than or equal to minReplicas, which is ${least}`);
  if (spec.at("scaleTargetRef").isSet)
    for (const field of ["kind", "name"]) spec.at("scaleTargetRef", field).need();
  for (const metric of spec.at("metrics").items) {
    const type = metric
      .at("type")
      .need()
      .follow(oneOf(...Object.keys(metricSources))).text;
    const source = metricSources[type ?? ""];
    if (source === undefined) continue;
    metric.at(source).need();
    for (const [other, value] of metric.entries)
      if (other !== "type" && other !== source && value.isSet)
        value.fail(`must not be given for a metric of type ${type}`);
    metricTarget(metric.at(source, "target"), type ?? "");
  }
  for (const direction of ["scaleUp", "scaleDown"]) {
    const rules = spec.at("behavior", direction);
    rules.at("stabilizationWindowSeconds").follow(integer(0, 3600));
    rules.at("selectPolicy").follow(oneOf("Max", "Min", "Disabled"));
    rules.at("tolerance").follow(quantity);
    if (rules.at("policies").isGiven && rules.at("policies").isEmpty)
      rules.at("policies").fail("must have at least one policy");
    for (const policy of rules.at("policies").items) {
      policy.at("type").follow(oneOf("Pods", "Percent"));
      policy.at("value").follow(integer(1));
      policy.at("periodSeconds").follow(integer(1, 1800));
    }
  }
};

function metricTarget(place: Place, metric: string): void {
  if (place.isUnknown) return;
  const type = place.at("type").follow(oneOf(...Object.keys(targetValues))).text;
  const field = targetValues[type ?? ""];
  if (field === undefined) return;
  place.at(field).need();
  for (const other of Object.values(targetValues))
    if (other !== field && place.at(other).isSet)
      place.at(other).fail(`must not be given for a target of type ${type}`);
  place.at("averageUtilization").follow(integer(1));
  for (const name of ["averageValue", "value"]) {
    const value = place.at(name).follow(quantity);
    if (amountOf(value) === 0) value.refuse("must be greater than 0");
  }
  if (type === "Utilization" && !metric.endsWith("Resource") && metric !== "Pods")
    place.at("type").refuse(`must be AverageValue or Value for a metric of type ${metric}`);
  if (metric === "Pods" && type !== "AverageValue")
    place.at("type").refuse("must be AverageValue for a metric of type Pods");
}

const scopes = [
  "Terminating",
  "NotTerminating",
  "BestEffort",
  "NotBestEffort",
  "PriorityClass",
  "CrossNamespacePodAffinity",
  "VolumeAttributesClass",
];
const counted =
  /^(pods|services|services\.(loadbalancers|nodeports)|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|count\/.+|resourceclaims)$/;
const measured =
  /^((requests|limits)\.)?(cpu|memory|ephemeral-storage|storage|hugepages-.+)$|^requests\.[^/]+\/.+$/;

const resourceQuota: PlaceRule = (object) => {
  for (const [name, amount] of object.at("spec", "hard").entries) {
    amount.follow(quantity);
    const isCount = counted.test(name);
    if (!isCount && !measured.test(name) && !(name.includes("/") && isQualifiedName(name)))
      amount.fail(
        "is no resource that a quota limits (`pods`, `requests.cpu`, `limits.memory`, `count/deployments.apps`, …)",
      );
    const value = amountOf(amount);
    if (isCount && value !== undefined && !Number.isInteger(value)) amount.refuse("must be a whole number");
  }
  for (const scope of object.at("spec", "scopes").items) scope.follow(oneOf(...scopes));
};

const limitRange: PlaceRule = (object) => {
  const limits = object.at("spec", "limits");
  unique(limits.items, (limit) => limit.at("type").text);
  for (const limit of limits.items) {
    const type = limit.at("type").need();
    if (
      type.text !== undefined &&
      !["Container", "Pod", "PersistentVolumeClaim"].includes(type.text) &&
      !type.text.includes("/")
    )
      type.refuse("must be one of Container, Pod, PersistentVolumeClaim");
    for (const field of ["default", "defaultRequest", "max", "min", "maxLimitRequestRatio"])
      for (const [, amount] of limit.at(field).entries) amount.follow(quantity);
    if (type.text === "Pod")
      for (const field of ["default", "defaultRequest"])
        if (limit.at(field).isSet && !limit.at(field).isEmpty)
          limit.at(field).fail("may not be given for the type Pod");
    for (const [lower, upper] of [
      ["min", "max"],
      ["min", "default"],
      ["min", "defaultRequest"],
      ["defaultRequest", "default"],
      ["defaultRequest", "max"],
      ["default", "max"],
    ] as const)
      ordered(limit, lower, upper);
  }
};

function ordered(limit: Place, lower: string, upper: string): void {
  for (const [name, least] of limit.at(lower).entries) {
    const [one, other] = [amountOf(least), amountOf(limit.at(upper, name))];
    if (one !== undefined && other !== undefined && one > other)
      least.refuse(`must be less than or equal to ${upper}, which is ${String(limit.at(upper, name).value)}`);
  }
}

/** The highest value that a priority class of a user may have. */
const HIGHEST_PRIORITY = 1_000_000_000;

const priorityClass: PlaceRule = (object) => {
  const name = object.at("metadata", "name");
  if (name.text?.startsWith("system-")) name.refuse("must not begin with `system-`");
  object.at("value").follow(integer(-2_147_483_648, HIGHEST_PRIORITY));
  object.at("preemptionPolicy").follow(oneOf("PreemptLowerPriority", "Never"));
};

/** Rules of budgets, scaling and limits, by API group and kind. */
export const policy: Readonly<Record<string, PlaceRule>> = {
  "policy/PodDisruptionBudget": disruptionBudget,
  "autoscaling/HorizontalPodAutoscaler": autoscaler,
  "/ResourceQuota": resourceQuota,
  "/LimitRange": limitRange,
  "scheduling.k8s.io/PriorityClass": priorityClass,
};
