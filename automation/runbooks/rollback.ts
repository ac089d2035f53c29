import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import type { MeasuredService } from "../../components/objectives/measured-service.ts";
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

function candidateBlocks({ service, namespace = "default" }: MeasuredService): string[] {
  const route = `kubectl -n ${namespace} patch httproute edge-${service} --type=json -p`;
  return [
    "**The candidate, while a release is under way.** Weight 0 takes every request from it; where there is no candidate the patch is refused, and nothing changes.",
    fenced(
      "sh",
      [
        `kubectl -n ${namespace} get httproute edge-${service} -o jsonpath='{range .spec.rules[*].backendRefs[*]}{.name} {.weight}{"\\n"}{end}'`,
        `${route} '${weightPatch(service, 0)}'`,
      ].join("\n"),
    ),
    "Where a header leads to the candidate, the weights are in the route's second rule:",
    fenced("sh", `${route} '${weightPatch(service, 1)}'`),
    `Then say \`percent: 0\` of the \`candidate\` where ${code(service)} is declared, before anybody deploys: both have to say the same.`,
  ];
}

/** What only this service has; nothing where the version before is all that there is. */
function serviceBlocks(stack: string, service: MeasuredService): string[] {
  const { runtime, release } = service;
  const blocks = [
    ...(runtime === "elsewhere"
      ? ["It is not deployed from here: roll it back where it is deployed, or as the mitigations say."]
      : []),
    ...(release?.emergency === undefined ? [] : emergencyBlocks(stack, release.emergency)),
    ...(runtime === "kubernetes" && release !== undefined ? candidateBlocks(service) : []),
  ];
  return blocks.length === 0 ? [] : [`### Roll back ${service.service}`, ...blocks];
}

function imageBlocks(stack: string, services: readonly MeasuredService[]): string[] {
  const deployed = services.filter(({ runtime }) => runtime !== "elsewhere");
  if (deployed.length === 0) return [];
  const [{ system }] = deployed as [MeasuredService];
  const file = `Pulumi.${stack}.yaml`;
  const names = deployed.map(({ service }) => code(service)).join(", ");
  return [
    "### Back to the version before",
    `Put the previous image (${names}) back into ${code(file)}, under ${code(`slipway:stack.systems.${system}`)}, and deploy that. The preview shows what changes, under the policies.`,
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
