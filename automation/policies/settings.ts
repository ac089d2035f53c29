import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { packs } from "../../policies/catalogue.ts";
import { todayInUtc } from "../../policies/core/evaluate.ts";
import type { Pack } from "../../policies/core/policy.ts";
import { NO_SETTINGS, type PolicySettings, readPolicySettings } from "../../policies/core/settings.ts";
import { POLICIES_KEY, placeInStack, settingsPath } from "../../policies/core/settings-problems.ts";
import { PlanError, UsageError } from "../plan/errors.ts";
import type { ProjectSettings } from "../plan/project.ts";

/** @param place what comes before each path in a message */
function settingsIn(
  value: unknown,
  place: (path: string) => string,
  judges: readonly Pack[],
): PolicySettings {
  const read = readPolicySettings(value, judges, todayInUtc());
  if (read.problems === undefined) return read.value;
  const lines = read.problems.map(({ path, message }) => `${place(settingsPath(path))}: ${message}`);
  throw new PlanError(lines.join("\n"));
}

/**
 * What a stack's file says of the packs.
 * @throws PlanError that tells all that is wrong with it
 */
export function stackPolicySettings(
  { config, stack }: Pick<ProjectSettings, "config" | "stack">,
  judges: readonly Pack[] = packs,
): PolicySettings {
  const text = config[POLICIES_KEY];
  if (text === undefined) return NO_SETTINGS;
  const place = (path: string) => placeInStack(stack, path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PlanError(`${place("")} is not an object`);
  }
  return settingsIn(value, place, judges);
}

/**
 * What a file says of the packs, for manifests, which no stack file belongs to: YAML, the same as under `slipway:policies`.
 * @throws UsageError where there is no such file, PlanError that tells all that is wrong with it
 */
export function filePolicySettings(file: string, judges: readonly Pack[] = packs): PolicySettings {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  let value: unknown;
  try {
    value = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new PlanError(`${file} is not valid YAML: ${(error as Error).message}`);
  }
  return settingsIn(value, (path) => (path === "" ? file : `${file}: ${path}`), judges);
}
