import { todayInUtc } from "../../policies/core/evaluate.ts";
import { htmlReport } from "../plan/formats/html.ts";
import { policyJson } from "../plan/formats/json.ts";
import { junitReport } from "../plan/formats/junit.ts";
import { markdownReport } from "../plan/formats/markdown.ts";
import { sarifReport } from "../plan/formats/sarif.ts";
import type { Shown } from "../plan/formats/shown.ts";
import { counted, placeText } from "../plan/formats/words.ts";
import { ancestryOf } from "../plan/tree.ts";
import type { CheckFinding, CheckResult } from "./result.ts";

/** So many of the files and folders that were asked for stand in a title. */
const NAMED = 3;

/** A check, to be shown. @param pages see {@link Shown} */
export function shownCheck(result: CheckResult, pages?: string): Shown {
  const { checked } = result;
  const rest = checked.length - NAMED;
  const names = checked.map((name) => (name === "-" ? "stdin" : name));
  return {
    kind: "Check",
    subject: `${names.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`,
    size: sizeOf(result),
    drawn: false,
    result,
    named: (urn) => titleOf(urn, result),
    where: (found) => `${titleOf(found.urn, result)} (${placeText(found as CheckFinding)})`,
    place: (found) => found as CheckFinding,
    today: todayInUtc(),
    ...(pages === undefined ? {} : { pages }),
  };
}

/** The files of `--out`, by their path in it. Pure. */
export function checkFiles(result: CheckResult, pages?: string): ReadonlyMap<string, string> {
  const shown = shownCheck(result, pages);
  return new Map([
    ["policy.json", policyJson(result, { checked: result.checked })],
    ["policy.sarif", sarifReport(shown)],
    ["policy.junit.xml", junitReport(shown)],
    ["check.md", markdownReport(shown)],
    ["check.html", htmlReport(shown)],
  ]);
}

/** `42 objects in 3 files; 152 resources in 24 components of an exported stack`. */
function sizeOf({ counts, totals }: CheckResult): string {
  const { objects, stacks, files } = counts;
  const resources = totals.resources - objects;
  const within = totals.components === 0 ? "" : ` in ${counted(totals.components, "component")}`;
  return [
    objects > 0 ? `${counted(objects, "object")} in ${counted(files - stacks, "file")}` : "",
    stacks > 0 ? `${counted(resources, "resource")}${within} of ${counted(stacks, "exported stack")}` : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}

/** `Deployment shop/api`, or a stack's resource with its components. */
function titleOf(urn: string, { resources }: CheckResult): string {
  if (urn === "") return "all of it";
  if (!urn.startsWith("urn:kubernetes:")) return ancestryOf(urn, resources);
  const [, , type = "", ...name] = urn.split("::");
  return `${type.split(":").at(-1)} ${name.join("::")}`;
}
