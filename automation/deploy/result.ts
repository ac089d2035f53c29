import { packs } from "../../policies/catalogue.ts";
import { usageOf } from "../../policies/cost/budget/estimate-within-budget.ts";
import { estimateMonthlyCost } from "../../policies/cost/estimate.ts";
import type { Usage } from "../../policies/cost/usage.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { runningPrometheus } from "../../sandbox/prometheus/run.ts";
import { readProject } from "../plan/project.ts";
import type { PlanResource } from "../plan/resources.ts";
import { serviceSummaries } from "../plan/services.ts";
import { stackPolicySettings } from "../policies/settings.ts";
import { showsColor } from "../terminal.ts";
import { askAddresses } from "./addresses.ts";
import type { Operation, OperationFailure } from "./operations.ts";
import { changesText, type RunRecord } from "./run-events.ts";
import type { Session } from "./session.ts";
import { planResourceOf, type StateResource } from "./state.ts";
import { type Summary, summaryText } from "./summary.ts";
import { watchedFacts } from "./watch.ts";
import { workloadsIn } from "./workloads.ts";

/** What a person may want to type next. @param watching whether the sandbox's Prometheus runs */
export function nextCommands(
  { target, cloud }: Pick<Session, "target" | "cloud">,
  command: Operation,
  { addresses, workloads, watched }: Pick<Facts, "addresses" | "workloads" | "watched">,
  watching: boolean,
): string[] {
  const flags = `--stack ${target.stack}${target.sandbox && target.stack !== "sandbox" ? " --sandbox" : ""}`;
  if (command === "preview") return [`npx slipway up ${flags}`];
  if (command === "destroy" || cloud === undefined) return [];
  const [first] = addresses;
  return [
    ...(first === undefined ? [] : [`curl ${first.url}`]),
    ...(watched && !watching ? ["npx slipway sandbox prometheus start"] : []),
    ...(first === undefined ? [] : [`npx slipway sandbox load ${first.url} --rps 20 --seconds 30`]),
    ...(watched ? [`npx slipway status --stack ${target.stack}`] : []),
    ...(workloads.some(({ pods }) => pods === undefined)
      ? [`npx slipway sandbox kubernetes start && npx slipway up ${flags}`]
      : []),
    "npx slipway sandbox status",
  ];
}

/** URNs of the services that stand behind a load balancer: what users reach. */
function atEdge(resources: readonly PlanResource[]): Set<string> {
  return new Set(
    resources
      .filter(({ inputs }) => inputs.ingress === "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER")
      .map(({ urn }) => urn),
  );
}

type Facts = Pick<Summary, "resources" | "addresses" | "workloads" | "services" | "cost" | "warnings"> & {
  /** Whether the sandbox's Prometheus has rules for any of it. */
  readonly watched: boolean;
};

const NOTHING: Facts = {
  resources: [],
  addresses: [],
  workloads: [],
  services: [],
  warnings: [],
  watched: false,
};

function costOf(resources: readonly PlanResource[], usage: Partial<Usage>): NonNullable<Summary["cost"]> {
  const { low, expected, high, lines } = estimateMonthlyCost(
    resources.map(({ urn, type, name, inputs, parent }) => ({
      urn,
      type,
      name,
      props: inputs,
      ...(parent === null ? {} : { parent }),
    })),
    usage,
  );
  const missing = lines.flatMap((line) => (line.missing === undefined ? [] : [line.what])).sort();
  return { low, expected, high, missing };
}

/** What is there now. A local cloud that has gone since is a warning: the run itself is over, and ended well. */
async function whatExists({ target, cloud }: Session, deployed: readonly StateResource[]): Promise<Facts> {
  const resources = deployed.map(planResourceOf);
  if (resources.length === 0) return NOTHING;
  const services = serviceSummaries(resources);
  const usage = usageOf(stackPolicySettings(readProject(target.root, target.stack)));
  const facts = {
    ...{ resources, services, workloads: workloadsIn(deployed), cost: costOf(resources, usage) },
    watched: watchedFacts(resources).length > 0,
  };
  if (cloud === undefined) return { ...facts, addresses: [], warnings: [] };
  try {
    return { ...facts, addresses: await askAddresses(cloud, target.stack, atEdge(resources)), warnings: [] };
  } catch (error) {
    return {
      ...facts,
      addresses: [],
      warnings: [`the local cloud does not answer: ${(error as Error).message}`],
    };
  }
}

/**
 * Gathers what a run did and what there is after it.
 * @param deployed what the state holds; empty for a preview and after a failure
 * @param failure what it failed with, if it did
 */
async function summarize(
  session: Session,
  command: Operation,
  record: RunRecord,
  deployed: readonly StateResource[],
  failure?: string,
): Promise<Summary> {
  const looks = failure === undefined && (command === "up" || command === "refresh");
  const { watched, ...facts } = looks ? await whatExists(session, deployed) : NOTHING;
  const watching = runningPrometheus(sandboxPaths(session.target.root).prometheus) !== undefined;
  // What was not known in the preview is known now, and was judged again.
  const judged = command === "up" || command === "preview";
  return {
    ...facts,
    stack: session.target.stack,
    sandbox: session.target.sandbox,
    command,
    ...(failure === undefined ? {} : { failure }),
    changes: record.changes,
    steps: [...record.steps.values()],
    changed: changesText(record, command === "preview" ? "planned" : "done"),
    policies: {
      asked: judged ? packs.flatMap((pack) => pack.policies).length : 0,
      findings: judged ? record.findings : [],
      remediations: judged ? record.remediations : [],
    },
    warnings: [...record.warnings, ...facts.warnings],
    next: failure === undefined ? nextCommands(session, command, { ...facts, watched }, watching) : [],
  };
}

/** What a failed run leaves for machines: its findings and its error; a person gets the error alone. */
export async function printFailure(
  session: Session,
  command: Operation,
  { record, message }: OperationFailure,
): Promise<void> {
  process.stdout.write(
    `${JSON.stringify(await summarize(session, command, record, [], message), null, 2)}\n`,
  );
}

/** Prints what a run did and what there is now: for a person, or as JSON. */
export async function printResult(
  session: Session,
  command: Operation,
  record: RunRecord,
  deployed: readonly StateResource[],
  json: boolean,
): Promise<void> {
  const summary = await summarize(session, command, record, deployed);
  process.stdout.write(
    json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary, showsColor(process.stdout)),
  );
}
