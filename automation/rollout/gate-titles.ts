import { timeText } from "../../components/objectives/promise.ts";
import type { Comparison, Threshold } from "../../components/release/plan.ts";
import { plain, seconds } from "../../components/units.ts";

/** What a threshold asks, in words. */
export function thresholdTitle({ limit }: Threshold): string {
  switch (limit.kind) {
    case "errors":
      return `at most ${limit.atMost} % of requests answered with a server error`;
    case "latency":
      return `${limit.percentile} % of requests under ${timeText(seconds(limit.under))}`;
    case "mean-latency":
      return `requests under ${timeText(seconds(limit.under))} on average`;
    case "cpu":
      return `at most ${limit.under} % of the CPU that its instances have`;
    case "memory":
      return `at most ${limit.under} % of the memory that its instances have`;
    case "ratio":
      return `${plain(100 - limit.atMost)} % of ${limit.total} without ${limit.bad}`;
    case "query":
      return "atMost" in limit
        ? `${limit.query} at most ${limit.atMost}`
        : `${limit.query} at least ${limit.atLeast}`;
  }
}

/** What a comparison asks, in words. */
export function comparisonTitle({ metric, worseBy }: Comparison): string {
  return typeof metric === "string"
    ? `${metric}, on average, at most ${worseBy} % above the stable version's`
    : `share of ${metric.total} without ${metric.good} at most ${worseBy} % above the stable version's`;
}
