import { packs } from "../../policies/catalogue.ts";
import { estimateMonthlyCost } from "../../policies/cost/estimate.ts";
import type { PlanResource } from "../plan/resources.ts";
import { serviceSummaries } from "../plan/services.ts";
import { showsColor } from "../terminal.ts";
import { askAddresses } from "./addresses.ts";
import type { DeployCommand } from "./run.ts";
import { changesText, type RunRecord } from "./run-events.ts";
import type { Session } from "./session.ts";
import { deployedResources, planResourceOf } from "./state.ts";
import { type Summary, summaryText } from "./summary.ts";

function nextCommands(
  { target, cloud }: Session,
  command: DeployCommand,
  addresses: Summary["addresses"],
): string[] {
  const flags = `--stack ${target.stack}${target.sandbox && target.stack !== "sandbox" ? " --sandbox" : ""}`;
  if (command === "preview") return [`npx slipway up ${flags}`];
  if (command === "destroy" || cloud === undefined) return [];
  const [first] = addresses;
  return [
    ...(first === undefined
      ? []
      : [`curl ${first.url}`, `npx slipway sandbox load ${first.url} --rps 20 --seconds 30`]),
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

/** Gathers what there is after a run. */
async function summarize(session: Session, command: DeployCommand, record: RunRecord): Promise<Summary> {
  const { target, cloud } = session;
  const resources = command === "preview" || command === "destroy" ? [] : await deployedResources(session);
  const planned = resources.map(planResourceOf);
  const addresses =
    cloud === undefined || resources.length === 0
      ? []
      : await askAddresses(cloud, target.stack, atEdge(planned));
  // What was not known in the preview is known now, and was judged again.
  const judged = command === "up" || command === "preview" ? record : undefined;
  const estimate =
    resources.length === 0
      ? undefined
      : estimateMonthlyCost(
          planned.map(({ urn, type, name, inputs, parent }) => ({
            urn,
            type,
            name,
            props: inputs,
            ...(parent === null ? {} : { parent }),
          })),
        );
  return {
    stack: target.stack,
    sandbox: target.sandbox,
    command,
    changes: record.changes,
    steps: [...record.steps.values()],
    changed: changesText(record, command === "preview" ? "planned" : "done"),
    policies: {
      asked: judged === undefined ? 0 : packs.flatMap((pack) => pack.policies).length,
      findings: judged?.findings ?? [],
    },
    resources: planned,
    addresses,
    services: serviceSummaries(planned),
    ...(estimate === undefined
      ? {}
      : {
          cost: {
            low: estimate.low,
            expected: estimate.expected,
            high: estimate.high,
            missing: estimate.lines.flatMap(({ what, missing }) => (missing === undefined ? [] : [what])),
          },
        }),
    warnings: record.warnings,
    next: nextCommands(session, command, addresses),
  };
}

/** Prints what a run did and what there is now: for a person, or as JSON. */
export async function printResult(
  session: Session,
  command: DeployCommand,
  record: RunRecord,
  json: boolean,
): Promise<void> {
  const summary = await summarize(session, command, record);
  process.stdout.write(
    json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary, showsColor(process.stdout)),
  );
}
