import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import { ledgerKey } from "../../components/release/ledger.ts";
import type { EmergencyStop } from "../../components/release/plan.ts";
import { code, fenced } from "./markdown.ts";

function emergencyBlocks(stack: string, { flags, within }: EmergencyStop): string[] {
  const names = Object.keys(flags).sort();
  const assignments = names.map((name) => `${name}=${flags[name]}`);
  return [
    `**By flags, at once.** Within ${within} of the decision no request is served the new way. Nothing is deployed or restarted, and no later deployment undoes it.`,
    fenced(
      "sh",
      [
        `npx slipway flags set ${assignments.join(" ")} --stack ${stack} --reason "emergency rollback" --yes`,
        `npx slipway flags list --stack ${stack}`,
        `npx slipway flags history --stack ${stack}`,
      ].join("\n"),
    ),
    "When what was wrong is mended, what is declared takes effect again:",
    fenced("sh", `npx slipway flags clear ${names.join(" ")} --stack ${stack} --reason "mended" --yes`),
  ];
}

/** Takes the requests from a candidate; refuses where the route has none, or one of another name. */
function weightPatch(service: string, rule: number): string {
  const backend = `/spec/rules/${rule}/backendRefs`;
  return JSON.stringify([
    { op: "test", path: `${backend}/1/name`, value: `${service}-candidate` },
    { op: "replace", path: `${backend}/0/weight`, value: 100 },
    { op: "replace", path: `${backend}/1/weight`, value: 0 },
  ]);
}

/** Whether Slipway carries its releases out: another engine has ways back of its own. */
function isReleased({ runtime, release }: MeasuredService): boolean {
  if (release === undefined || (release.engine ?? "slipway") !== "slipway") return false;
  return runtime !== "elsewhere" || release.cohort !== undefined;
}

function releaseBlocks(stack: string, { system, service, release }: MeasuredService): string[] {
  const command = (what: string, options = "") =>
    `npx slipway release ${what} ${ledgerKey(system, service)} --stack ${stack}${options}`;
  const cohort = release?.cohort !== undefined;
  const before = release?.emergency === undefined ? "" : " --version-before";
  const now = ' --reason "users see errors" --yes';
  return [
    `**While a release is under way.** ${cohort ? "Every operation of it is turned off for everybody" : "The candidate loses its requests"}, straight where they are shared out: no policy, no program and no lock is waited for. ${code("why")} has the figures.`,
    fenced("sh", [command("status"), command("why"), command("abort", now)].join("\n")),
    `**After it was promoted.** ${cohort ? "The operations are turned off again" : "The version before gets all the requests"}, at once and recorded.`,
    fenced("sh", command("rollback", `${before}${now}`)),
    ...(cohort
      ? [
          "The address of the database comes from `SLIPWAY_DATABASE_URL`, or from a file: `--database-url-file FILE`.",
        ]
      : []),
  ];
}

function candidateBlocks(
  stack: string,
  { system, service, namespace = "default" }: MeasuredService,
): string[] {
  const route = `kubectl -n ${namespace} patch httproute edge-${service} --type=json -p`;
  return [
    "**Where Slipway can't run, by hand.** Weight 0 takes every request from the candidate; where there is no candidate the patch is refused, and nothing changes.",
    fenced(
      "sh",
      [
        `kubectl -n ${namespace} get httproute edge-${service} -o jsonpath='{range .spec.rules[*].backendRefs[*]}{.name} {.weight}{"\\n"}{end}'`,
        `${route} '${weightPatch(service, 0)}'`,
      ].join("\n"),
    ),
    "Where a header leads to the candidate, the weights are in the route's second rule:",
    fenced("sh", `${route} '${weightPatch(service, 1)}'`),
    `The ledger still gives the candidate its share, and the next deployment would: abort the release (${code(`npx slipway release abort ${ledgerKey(system, service)} --stack ${stack}`)}) before anybody deploys.`,
  ];
}

/** What only this service has; nothing where the version before is all that there is. */
function serviceBlocks(stack: string, service: MeasuredService): string[] {
  const { runtime, release } = service;
  const released = isReleased(service);
  const blocks = [
    ...(runtime === "elsewhere" && !released
      ? ["It is not deployed from here: roll it back where it is deployed, or as the mitigations say."]
      : []),
    ...(release?.emergency === undefined ? [] : emergencyBlocks(stack, release.emergency)),
    ...(released ? releaseBlocks(stack, service) : []),
    ...(runtime === "kubernetes" && released ? candidateBlocks(stack, service) : []),
  ];
  return blocks.length === 0 ? [] : [`### Roll back ${service.service}`, ...blocks];
}

function imageBlocks(stack: string, services: readonly MeasuredService[]): string[] {
  const deployed = services.filter(({ runtime }) => runtime !== "elsewhere");
  if (deployed.length === 0) return [];
  const [{ system }] = deployed as [MeasuredService];
  const file = `Pulumi.${stack}.yaml`;
  const names = (of: readonly MeasuredService[]) => of.map(({ service }) => code(service)).join(", ");
  const released = deployed.filter(isReleased);
  return [
    "### The image in the stack file",
    ...(released.length === 0
      ? []
      : [
          `Of a service that was released (${names(released)}) the ledger says which image runs, and the one here is not deployed: roll back as above, then let the file say the same.`,
        ]),
    `Where nothing was released yet, or there is no release plan: put the previous image (${names(deployed)}) back into ${code(file)}, under ${code(`slipway:stack.systems.${system}`)}, and deploy that. The preview shows what changes, under the policies.`,
    fenced(
      "sh",
      [
        `git log -p -3 -- ${file}`,
        `npx slipway preview --stack ${stack}`,
        `npx slipway up --stack ${stack} --yes`,
      ].join("\n"),
    ),
  ];
}

/** How a system goes back to what it was, the quickest way first, as blocks. */
export function rollbackBlocks({ services }: MonitoringFacts, stack: string): string[] {
  if (services.length === 0) return ["No service of this system is known here."];
  return [...services.flatMap((service) => serviceBlocks(stack, service)), ...imageBlocks(stack, services)];
}
