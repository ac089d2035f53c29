import { htmlReport } from "./formats/html.ts";
import { jsonReport, policyJson } from "./formats/json.ts";
import { markdownReport } from "./formats/markdown.ts";
import { sarifReport } from "./formats/sarif.ts";
import { textReport } from "./formats/text.ts";
import { resourcesJson } from "./resources.ts";
import type { PlanResult } from "./result.ts";

/** The forms that a plan can be printed in. */
export const formats = ["text", "json", "markdown", "sarif", "html"] as const;
export type Format = (typeof formats)[number];

/** A plan in one form. Pure. @param color for `text`: whether it goes to where colours show */
export function report(result: PlanResult, format: Format, color = false): string {
  switch (format) {
    case "text":
      return textReport(result, color);
    case "json":
      return jsonReport(result);
    case "markdown":
      return markdownReport(result);
    case "sarif":
      return sarifReport(result);
    case "html":
      return htmlReport(result);
  }
}

/** The files of `--out`, by their path in it. Pure. */
export function planFiles(result: PlanResult): ReadonlyMap<string, string> {
  return new Map([
    ["resources.json", resourcesJson(result.resources)],
    ["policy.json", policyJson(result)],
    ["policy.sarif", sarifReport(result)],
    ["plan.md", markdownReport(result)],
    ["plan.html", htmlReport(result)],
  ]);
}
