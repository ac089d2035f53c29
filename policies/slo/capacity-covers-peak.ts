import { mostInstances } from "../cloud-run.ts";
import { adviceOutsideProduction, isProduction } from "../core/environment.ts";
import { parts, violation } from "../core/finding.ts";
import type { Finding, Policy, Subject } from "../core/policy.ts";
import { CLOUD_RUN_SERVICE } from "../types.ts";

/** Where a service carries what a load test said of one instance, and what is expected of all; in requests/s. */
export const CAPACITY_ANNOTATION = "slipway.dev/capacity-per-instance";
export const PEAK_ANNOTATION = "slipway.dev/peak";

/** Figures have few digits; this hides the noise of binary fractions. */
function figure(value: number): number {
  return Number(value.toFixed(3));
}

function check(service: Subject): Finding[] {
  const annotations = service.props.at("annotations");
  const [perInstance, peak] = [annotations.at(CAPACITY_ANNOTATION), annotations.at(PEAK_ANNOTATION)];
  const missing = [perInstance, peak].filter((annotation) => !annotation.present);
  if (missing.length > 0) {
    return isProduction(service)
      ? missing.map((annotation) => violation(annotation, "is not set: capacity is not stated"))
      : [];
  }
  const wrong = [perInstance, peak].filter((annotation) => !((annotation.number() as number) > 0));
  if (wrong.length > 0)
    return wrong.map((annotation) => violation(annotation, `is ${annotation.quote()}, not a rate above 0`));

  const most = mostInstances(service);
  if (most === undefined) {
    return [
      violation(
        service.props.at("template", "scaling", "maxInstanceCount"),
        "is not set, so capacity can't be compared with the peak",
      ),
    ];
  }
  const [one, wanted] = [perInstance.number() as number, peak.number() as number];
  const capacity = figure(one * most);
  if (capacity >= wanted) return [];
  const enough = Math.ceil(figure(wanted / one));
  return [
    violation(
      service.props.at("template", "scaling", "maxInstanceCount"),
      `is ${most}: ${most} × ${one} requests/s = ${capacity} requests/s, less than the peak of ${wanted}; ${enough} instances would do`,
    ),
  ];
}

export const capacityCoversPeak: Policy = {
  id: "capacity-covers-peak",
  title: "All instances together should serve the peak; in production they must.",
  severity: "high",
  level: "mandatory",
  why: "One instance past its limit does not slow down, it fails: at 25 requests/s on one, 66.81 % of requests failed.",
  fix: `State what one instance serves and the peak (${CAPACITY_ANNOTATION}, ${PEAK_ANNOTATION}), and allow enough instances.`,
  requirements: ["EA-14"],
  types: [CLOUD_RUN_SERVICE],
  check: (service) =>
    adviceOutsideProduction(
      service,
      parts(() => check(service)),
    ),
};
