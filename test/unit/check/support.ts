import { stringify } from "yaml";
import { check } from "../../../automation/check/check.ts";
import type { CheckFinding, CheckResult } from "../../../automation/check/result.ts";
import { checkFiles, shownCheck } from "../../../automation/check/shown.ts";
import type { Source } from "../../../automation/check/sources.ts";
import { formats, reportShown } from "../../../automation/plan/report.ts";
import type { Pack } from "../../../policies/core/policy.ts";

/** Texts by file name, as if a caller had named each. */
export function sourcesOf(files: Readonly<Record<string, string>>, named = true): Source[] {
  return Object.entries(files).map(([file, text]) => ({ file, text, named }));
}

/** Checks texts; one text alone is `app.yaml`. */
export function checked(
  input: string | Readonly<Record<string, string>>,
  options: { environment?: string; named?: boolean; judges?: readonly Pack[] } = {},
): Promise<CheckResult> {
  const { named = true, judges, ...rest } = options;
  const files = typeof input === "string" ? { "app.yaml": input } : input;
  return check({ sources: sourcesOf(files, named), ...rest }, judges);
}

/** What a text is refused with. @throws Error where it is not */
export async function refused(input: string | Readonly<Record<string, string>>): Promise<string> {
  const result = await checked(input).catch((error: Error) => error);
  if (!(result instanceof Error)) throw new Error("it was accepted");
  return result.message;
}

/** Documents as one YAML text. */
export function yamlOf(...objects: readonly unknown[]): string {
  return objects.map((object) => stringify(object)).join("---\n");
}

/** Findings in short: `policy file:line:column message`. */
export function found(result: CheckResult): string[] {
  const findings = result.policy.results as readonly CheckFinding[];
  return findings.map(
    ({ policy, file, line, column, message }) => `${policy} ${file}:${line}:${column} ${message}`,
  );
}

/** Notes and findings of one policy. */
export function of(result: CheckResult, policy: string): string[] {
  return found(result).filter((line) => line.startsWith(`${policy} `));
}

/** Everything that leaves the process. */
export function everything(result: CheckResult): string[] {
  const shown = shownCheck(result);
  return [...formats.map((format) => reportShown(shown, format, true)), ...checkFiles(result).values()];
}
