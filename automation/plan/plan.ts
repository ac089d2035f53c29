import { packs } from "../../policies/catalogue.ts";
import { evaluate } from "../../policies/core/evaluate.ts";
import type { Pack } from "../../policies/core/policy.ts";
import { type ProgramRun, runProgram } from "./host.ts";
import { planResource } from "./resources.ts";
import type { PlanResult, PolicyReport } from "./result.ts";
import { serviceSummaries } from "./services.ts";
import { displayWire, type Json } from "./wire.ts";

/**
 * Plans a stack: runs its program and all packs in this process, without engine, plugins, credentials or network.
 * @throws PlanError where the program or its inputs are wrong, UsageError where there is no such stack
 */
export async function plan(options: { readonly root: string; readonly stack: string }): Promise<PlanResult> {
  return planRun(await runProgram(options), packs);
}

/** What packs and estimates make of a program's run. Pure. */
export function planRun(run: ProgramRun, judges: readonly Pack[]): PlanResult {
  const resources = run.resources.map(planResource);
  const policy = policyReport(run, judges);
  const custom = run.resources.filter(({ custom }) => custom).length;
  const notEvaluated = policy.results.filter(({ status }) => status === "not evaluated").length;
  const blocking = policy.results.filter((result) => result.blocking).length;
  return {
    schemaVersion: 1,
    project: run.project,
    stack: run.stack,
    totals: {
      resources: custom,
      components: run.resources.length - custom - 1,
      blocking,
      advisory: policy.results.filter((result) => !result.blocking && result.status !== "not evaluated")
        .length,
      notEvaluated,
    },
    policy,
    services: serviceSummaries(resources),
    outputs: displayWire(run.outputs) as { [name: string]: Json },
    notes: run.notes.map((note) => run.redactor.text(note)),
    messages: run.messages.map(({ severity, text }) => ({ severity, text: run.redactor.text(text) })),
    resources,
  };
}

function policyReport({ resources, redactor }: ProgramRun, judges: readonly Pack[]): PolicyReport {
  return {
    policies: judges.flatMap((pack) =>
      pack.policies.map(({ id, title, severity, level, why, fix, requirements }) => ({
        pack: pack.name,
        id,
        title,
        severity,
        level,
        why,
        fix,
        requirements: requirements ?? [],
      })),
    ),
    results: evaluate(
      judges,
      resources.map(({ urn, type, name, checked, parent, dependencies, propertyDependencies, options }) => ({
        urn,
        type,
        name,
        props: checked,
        parent,
        dependencies,
        propertyDependencies,
        opts: { protect: options["protect"] === true },
      })),
    ).map((result) => ({ ...result, message: redactor.text(result.message) })),
  };
}
