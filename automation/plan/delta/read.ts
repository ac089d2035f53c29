import { readFileSync, statSync } from "node:fs";
import { PlanError, UsageError } from "../errors.ts";
import type { PlanResult } from "../result.ts";
import type { BasePlan } from "./delta.ts";

const HOW = "`slipway plan --stack STACK --format json > FILE` on the base branch writes one";

/**
 * Reads the plan to compare with, as `--format json` printed it.
 * @throws UsageError where there is no such file, PlanError where it holds no plan, or one of another stack
 */
export function readBasePlan(file: string, about: Pick<PlanResult, "project" | "stack">): BasePlan {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageError(`--against ${file}: there is no such file; ${HOW}`);
  const value = parsed(file);
  if (typeof value.deployment === "object")
    throw new PlanError(
      `--against ${file} is a stack's exported state, and a plan is compared with a plan: ${HOW}. \`slipway preview\` compares with what is deployed.`,
    );
  if (!isPlan(value)) throw new PlanError(`--against ${file} holds no plan: ${HOW}`);
  if (value.schemaVersion !== 1)
    throw new PlanError(
      `--against ${file} is a plan of schema ${value.schemaVersion}; this reads 1: plan both branches by one version`,
    );
  const [was, is] = [value, about].map(({ project, stack }) => `${project}/${stack}`);
  if (was !== is)
    throw new PlanError(
      `--against ${file} is a plan of ${was}, and this is one of ${is}: name the same stack`,
    );
  const { policy } = value;
  // Plans of before there were exemptions have none.
  return { ...value, policy: { ...policy, exemptions: policy.exemptions ?? [] } };
}

type Json = Readonly<Record<string, unknown>>;

function parsed(file: string): Json {
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "")
    throw new PlanError(`--against ${file} is empty: did planning the base branch fail? ${HOW}`);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Json;
  } catch {
    // Said below, without the text: what is in it may be anything.
  }
  throw new PlanError(`--against ${file} is no JSON: ${HOW}`);
}

function isPlan(value: Json): value is Json & BasePlan {
  const { project, stack, resources, services, policy } = value;
  const { policies, results } = (policy ?? {}) as Json;
  return (
    [project, stack].every((text) => typeof text === "string") &&
    [resources, services, policies, results].every(Array.isArray)
  );
}
