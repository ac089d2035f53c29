import { htmlReport } from "./formats/html.ts";
import { jsonReport, policyJson } from "./formats/json.ts";
import { junitReport } from "./formats/junit.ts";
import { markdownReport } from "./formats/markdown.ts";
import { sarifReport } from "./formats/sarif.ts";
import { type Shown, shownPlan } from "./formats/shown.ts";
import { textReport } from "./formats/text.ts";
import { resourcesJson } from "./resources.ts";
import type { PlanResult } from "./result.ts";

/** The forms that a plan can be printed in. */
export const formats = ["text", "json", "markdown", "sarif", "junit", "html"] as const;
export type Format = (typeof formats)[number];

/** A plan in one form. Pure. @param color for `text`: whether it goes to where colours show */
export function report(result: PlanResult, format: Format, color = false): string {
  return reportShown(shownPlan(result), format, color);
}

/** Any result in one form; see {@link report}. */
export function reportShown(shown: Shown, format: Format, color = false): string {
  switch (format) {
    case "text":
      return textReport(shown, color);
    case "json":
      return jsonReport(shown.result);
    case "markdown":
      return markdownReport(shown);
    case "sarif":
      return sarifReport(shown);
    case "junit":
      return junitReport(shown);
    case "html":
      return htmlReport(shown);
  }
}

/** The files of `--out`, by their path in it. Pure. */
export function planFiles(shown: Shown & { readonly result: PlanResult }): ReadonlyMap<string, string> {
  const { result } = shown;
  return new Map([
    ["resources.json", resourcesJson(result.resources)],
    ["policy.json", policyJson(result, { project: result.project, stack: result.stack })],
    ["policy.sarif", sarifReport(shown)],
    ["policy.junit.xml", junitReport(shown)],
    ["plan.md", markdownReport(shown)],
    ["plan.html", htmlReport(shown)],
  ]);
}
