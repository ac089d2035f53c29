import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { ANALYSIS_TEMPLATE, CLUSTER_ANALYSIS_TEMPLATE, METRIC_TEMPLATE } from "../../types.ts";

/** Nothing measured, as Argo's conditions ask for it. */
const NOTHING = String.raw`(?<!!\s*)(?:len\(\s*result\s*\)\s*==\s*0|isNaN\([^()]*\)|result\s*==\s*nil)`;
const EMPTY_IS_GOOD = new RegExp(String.raw`${NOTHING}\s*\)?\s*\|\||\|\|\s*\(?\s*${NOTHING}`);

/** A query that ends in a figure for what was not measured: the operator binds least, so it stands for the whole. */
const FILLED = /\bor\s+(?:on\s*\(\s*\)\s*)?vector\s*\(\s*(\d+(?:\.\d+)?)\s*\)\s*$/i;

function checkCondition(at: Property): Finding | undefined {
  return EMPTY_IS_GOOD.test(at.text() ?? "")
    ? violation(at, "is met where nothing was measured: a version without requests is promoted")
    : undefined;
}

function checkQuery(at: Property): Finding | undefined {
  const filled = FILLED.exec(at.text() ?? "")?.[1];
  return filled === undefined
    ? undefined
    : {
        ...violation(
          at,
          `answers ${filled} where nothing was measured: whoever judges it can't tell the two apart`,
        ),
        level: "advisory",
      };
}

function checkTemplate({ props }: Subject): Finding[] {
  return each(props.at("spec", "metrics").items(), (metric) =>
    parts(
      () => checkCondition(metric.at("successCondition")),
      () => checkQuery(metric.at("provider", "prometheus", "query")),
    ),
  );
}

export const releaseNoData: ResourcePolicy = {
  id: "release-no-data-is-not-good",
  title: "A release's analysis must not take missing measurements for good ones.",
  severity: "high",
  level: "mandatory",
  why: "A version that answers nothing has no errors, either. Where no data counts as success, the worst version is promoted the fastest.",
  fix: "Let the condition fail or stay inconclusive on an empty result (len(result) > 0 && …), and leave `or vector(…)` out at a query's end.",
  example: {
    yaml: `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: shop-errors
spec:
  metrics:
    - name: success
      interval: 1m
      successCondition: len(result) > 0 && result[0] >= 0.995
      provider:
        prometheus:
          query: sum(rate(http_requests_total{code!~"5.."}[5m])) / sum(rate(http_requests_total[5m]))`,
  },
  requirements: ["EA-10", "OS-07"],
  types: [ANALYSIS_TEMPLATE, CLUSTER_ANALYSIS_TEMPLATE, METRIC_TEMPLATE],
  check: (resource) =>
    resource.type === METRIC_TEMPLATE
      ? parts(() => checkQuery(resource.props.at("spec", "query")))
      : parts(() => checkTemplate(resource)),
};
