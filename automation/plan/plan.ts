import { packs } from "../../policies/catalogue.ts";
import type { Pack, PolicyResource } from "../../policies/core/policy.ts";
import { remediated } from "../../policies/core/remediate.ts";
import { NO_SETTINGS, type PolicySettings } from "../../policies/core/settings.ts";
import { usageOf } from "../../policies/cost/budget/estimate-within-budget.ts";
import { estimateMonthlyCost } from "../../policies/cost/estimate.ts";
import { stackPolicySettings } from "../policies/settings.ts";
import { deployableFiles } from "./deployable.ts";
import { type ProgramRun, runProgram } from "./host.ts";
import { judge } from "./judge.ts";
import type { RenderedFiles } from "./kubernetes/manifests.ts";
import type { RegisteredResource } from "./monitor.ts";
import { factsOf } from "./monitoring/facts.ts";
import type { ResourcePlace } from "./places.ts";
import { readProject } from "./project.ts";
import { planResource } from "./resources.ts";
import type { PlanResult } from "./result.ts";
import { serviceSummaries } from "./services.ts";
import { formUrn, stackType } from "./urn.ts";
import { displayWire, type Json, type WireMap } from "./wire.ts";

/**
 * Plans a stack: runs its program and all packs in this process, without engine, plugins, credentials or network.
 * @throws PlanError where the program or its inputs are wrong, UsageError where there is no such stack
 */
export async function plan(options: PlanOptions): Promise<PlanResult> {
  const settings = settingsOf(options);
  const run = await runProgram(options);
  return planRun(run, await judgesOf(run, settings, options), settings);
}

/** What is planned, and by whose packs besides the project's own it is judged. */
export type PlanOptions = Parameters<typeof runProgram>[0] & {
  /** Folders of policy packs that others wrote: they run in processes of their own. Default: none. */
  readonly policyPacks?: readonly string[];
};

/** The project's packs, and those of others, once they have judged what a program declared. */
async function judgesOf(
  run: ProgramRun,
  settings: PolicySettings,
  { policyPacks = [] }: PlanOptions,
): Promise<readonly Pack[]> {
  if (policyPacks.length === 0) return packs;
  const { withForeignPacks } = await import("./foreign/pack.ts");
  const subjects = mendedRun(run, packs, settings).resources.map(policyResource);
  return await withForeignPacks(policyPacks, run, packs, async (foreign) => {
    const said: Pack[] = [];
    for (const pack of foreign) said.push(await pack.judge(subjects));
    return [...packs, ...said];
  });
}

/** What the stack says of the packs; wrong settings are refused before the program runs. */
function settingsOf({ root, stack, main }: PlanOptions): PolicySettings {
  return stackPolicySettings(readProject(root, stack, main));
}

/**
 * The same, with the files that deploy and watch what was planned by other means, by their path: Kubernetes manifests,
 * compose files, rules, routes, dashboards, OpenSLO; and what manifests can't hold.
 * @throws see {@link plan}
 */
export async function planWithFiles(
  options: PlanOptions,
): Promise<{ readonly result: PlanResult } & RenderedFiles> {
  const { monitoringFiles } = await import("./monitoring/files.ts");
  const settings = settingsOf(options);
  const run = await runProgram(options);
  const result = planRun(run, await judgesOf(run, settings, options), settings);
  const { files, notes } = deployableFiles(mendedRun(run, packs, settings));
  return { result, files: new Map([...files, ...monitoringFiles(factsOf(result.resources))]), notes };
}

/** A run with what the settings have mended in it: what is shown, and written, is what would be deployed. */
function mendedRun(run: ProgramRun, judges: readonly Pack[], settings: PolicySettings): ProgramRun {
  const mended = (field: "inputs" | "checked") =>
    remediated(
      judges,
      run.resources.map((resource) => ({ ...policyResource(resource), props: resource[field] })),
      settings,
    );
  const [inputs, checked] = [mended("inputs"), mended("checked")];
  if (checked.done.length === 0) return run;
  const resources = run.resources.map((resource, index) => ({
    ...resource,
    inputs: inputs.resources[index]?.props as WireMap,
    checked: checked.resources[index]?.props as WireMap,
  }));
  return { ...run, resources };
}

/** What packs and estimates make of a program's run. Pure but for the day. */
export function planRun(
  given: ProgramRun,
  judges: readonly Pack[],
  settings: PolicySettings = NO_SETTINGS,
): PlanResult {
  const run = mendedRun(given, judges, settings);
  const resources = run.resources.map(planResource);
  const subjects = run.resources.map(policyResource);
  const { policy, found } = judge(given.resources.map(policyResource), judges, run.redactor, { settings });
  const cost = estimateMonthlyCost(subjects, usageOf(settings));
  const custom = run.resources.filter(({ custom }) => custom).length;
  return {
    schemaVersion: 1,
    project: run.project,
    stack: run.stack,
    totals: { resources: custom, components: run.resources.length - custom - 1, ...found },
    policy: { ...policy, results: policy.results.map((found) => ({ ...found, ...placeIn(run, found.urn) })) },
    services: serviceSummaries(resources),
    ...(cost.lines.length === 0 ? {} : { cost }),
    outputs: displayWire(run.outputs) as { [name: string]: Json },
    notes: run.notes.map((note) => run.redactor.text(note)),
    messages: run.messages.map(({ severity, text }) => ({ severity, text: run.redactor.text(text) })),
    resources,
    places: run.places,
  };
}

/** Where a resource is declared; what is said of the stack as a whole stands at its file. */
function placeIn({ places, project, stack }: ProgramRun, urn: string): ResourcePlace {
  const root = formUrn(stack, project, undefined, stackType, `${project}-${stack}`);
  return places[urn] ?? places[root] ?? { file: `Pulumi.${stack}.yaml`, line: 1 };
}

/** A resource as packs and estimates read it: with the names and defaults that the provider adds. */
function policyResource(resource: RegisteredResource): PolicyResource {
  const { urn, type, name, checked, parent, dependencies, propertyDependencies, options } = resource;
  const opts = { protect: options.protect === true };
  return { urn, type, name, props: checked, parent, dependencies, propertyDependencies, opts };
}
