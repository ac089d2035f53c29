import { packs } from "../../policies/catalogue.ts";
import type { Pack, PolicyResource } from "../../policies/core/policy.ts";
import { estimateMonthlyCost } from "../../policies/cost/estimate.ts";
import { deployableFiles } from "./deployable.ts";
import { type ProgramRun, runProgram } from "./host.ts";
import { judge } from "./judge.ts";
import type { RenderedFiles } from "./kubernetes/manifests.ts";
import type { RegisteredResource } from "./monitor.ts";
import { factsOf } from "./monitoring/facts.ts";
import { planResource } from "./resources.ts";
import type { PlanResult } from "./result.ts";
import { serviceSummaries } from "./services.ts";
import { displayWire, type Json } from "./wire.ts";

/**
 * Plans a stack: runs its program and all packs in this process, without engine, plugins, credentials or network.
 * @throws PlanError where the program or its inputs are wrong, UsageError where there is no such stack
 */
export async function plan(options: Parameters<typeof runProgram>[0]): Promise<PlanResult> {
  return planRun(await runProgram(options), packs);
}

/**
 * The same, with the files that deploy and watch what was planned by other means, by their path: Kubernetes manifests,
 * compose files, rules, routes, dashboards, OpenSLO; and what manifests can't hold.
 * @throws see {@link plan}
 */
export async function planWithFiles(
  options: Parameters<typeof runProgram>[0],
): Promise<{ readonly result: PlanResult } & RenderedFiles> {
  const { monitoringFiles } = await import("./monitoring/files.ts");
  const run = await runProgram(options);
  const result = planRun(run, packs);
  const { files, notes } = deployableFiles(run);
  return { result, files: new Map([...files, ...monitoringFiles(factsOf(result.resources))]), notes };
}

/** What packs and estimates make of a program's run. Pure. */
export function planRun(run: ProgramRun, judges: readonly Pack[]): PlanResult {
  const resources = run.resources.map(planResource);
  const subjects = run.resources.map(policyResource);
  const { policy, found } = judge(subjects, judges, run.redactor);
  const cost = estimateMonthlyCost(subjects);
  const custom = run.resources.filter(({ custom }) => custom).length;
  return {
    schemaVersion: 1,
    project: run.project,
    stack: run.stack,
    totals: { resources: custom, components: run.resources.length - custom - 1, ...found },
    policy,
    services: serviceSummaries(resources),
    ...(cost.lines.length === 0 ? {} : { cost }),
    outputs: displayWire(run.outputs) as { [name: string]: Json },
    notes: run.notes.map((note) => run.redactor.text(note)),
    messages: run.messages.map(({ severity, text }) => ({ severity, text: run.redactor.text(text) })),
    resources,
  };
}

/** A resource as packs and estimates read it: with the names and defaults that the provider adds. */
function policyResource(resource: RegisteredResource): PolicyResource {
  const { urn, type, name, checked, parent, dependencies, propertyDependencies, options } = resource;
  const opts = { protect: options.protect === true };
  return { urn, type, name, props: checked, parent, dependencies, propertyDependencies, opts };
}
