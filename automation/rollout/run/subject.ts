import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { Version } from "../../../components/release/ledger.ts";
import type { ReleasePlan } from "../../../components/release/plan.ts";
import { readDeployed } from "../../deploy/outputs.ts";
import { planResourceOf } from "../../deploy/state.ts";
import type { Target } from "../../deploy/target.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { factsOf } from "../../plan/monitoring/facts.ts";
import { plan } from "../../plan/plan.ts";
import { textAt } from "../../plan/read.ts";
import type { PlanResource } from "../../plan/resources.ts";
import { releaseResources } from "../deploy/resources.ts";
import type { RolloutTarget } from "../machine/event.ts";
import type { Traffic } from "../traffic.ts";
import { keyOf } from "./context.ts";

/** A service that can be released: what is declared of it, and what runs. */
export interface Subject {
  readonly measured: MeasuredService;
  readonly release: ReleasePlan;
  readonly traffic: Traffic;
  /** What the stack file says now. */
  readonly declared: string;
  /** What stands before an image: a registry and a slash, or nothing. */
  readonly prefix: string;
  /** What was deployed last. */
  readonly deployed: Version;
}

const COMPONENT = "slipway:service:Service";

/** @throws CommandFailure that lists the services that can be released */
function measuredService(
  services: readonly MeasuredService[],
  target: RolloutTarget,
): MeasuredService & { readonly release: ReleasePlan } {
  const found = services.find(
    ({ system, service }) => system === target.system && service === target.service,
  );
  if (found?.release !== undefined) return { ...found, release: found.release };
  const named = ({ system, service }: MeasuredService) => `${system}/${service}`;
  const able = services.filter(({ release }) => release !== undefined).map(named);
  throw new CommandFailure(
    found === undefined
      ? `the stack "${target.stack}" declares no service ${keyOf(target)}. It can release: ${able.join(", ") || "none"}`
      : `${keyOf(target)} declares no release plan, so there is no telling when a version of it is good. Declare its \`release\`; those that do: ${able.join(", ") || "none"}`,
    EXIT.usage,
  );
}

/** The image of a service's template, with its registry. */
function templateImage(resource: PlanResource | undefined): string | undefined {
  const containers = [
    ["template", "containers"],
    ["spec", "template", "spec", "containers"],
  ].map((path) =>
    path.reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], resource?.inputs),
  );
  const first = containers.find(Array.isArray)?.[0] as { image?: unknown } | undefined;
  return typeof first?.image === "string" ? first.image : undefined;
}

/** A service's component among resources, and the image that it carries. */
function carried(resources: readonly PlanResource[], targets: readonly string[]) {
  const component = resources.find(({ urn, type }) => type === COMPONENT && targets.includes(urn));
  const image = component === undefined ? undefined : textAt(component.inputs, "image");
  const template = resources
    .filter(({ urn }) => targets.includes(urn))
    .map(templateImage)
    .find((full) => full !== undefined);
  return { image, template };
}

/** A cohort's two versions: its operations off, and on. Nothing is deployed. */
function cohort(measured: MeasuredService, release: ReleasePlan, operations: readonly string[]): Subject {
  return {
    measured,
    release,
    traffic: { kind: "cohort", operations },
    declared: `${measured.service}:on`,
    prefix: "",
    deployed: { image: `${measured.service}:off` },
  };
}

/** What shares out the traffic of a release of this version: a cohort's operations may be turned off again. */
export function trafficTo(
  { traffic, deployed }: Pick<Subject, "traffic" | "deployed">,
  image: string,
): Traffic {
  return traffic.kind === "cohort" && image === deployed.image ? { ...traffic, turns: "off" } : traffic;
}

/**
 * Finds out what a release of a service begins from: runs the program in this process, and reads what is deployed.
 * @throws CommandFailure where there is no such service, where it has no plan, or nothing of it is deployed from here
 */
export async function findSubject(
  { root, stack, sandbox }: Target,
  named: RolloutTarget,
  context: string | undefined,
): Promise<Subject> {
  const { resources } = await plan({ root, stack, ownProcess: true });
  const services = factsOf(resources).flatMap((system) => system.services);
  const { release, ...measured } = measuredService(services, named);
  const { engine = "slipway" } = release;
  if (engine !== "slipway") {
    throw new CommandFailure(
      `${keyOf(named)} is released by ${engine}, as its plan says (\`release.engine\`): deploy the new image, and it carries out the plan: npx slipway up --stack ${stack}`,
      EXIT.usage,
    );
  }
  if (release.cohort !== undefined) return cohort(measured, release, release.cohort.operations);
  if (measured.runtime === "elsewhere") {
    throw new CommandFailure(
      `${keyOf(named)} is deployed elsewhere: this stack declares what it promises and how it is to be released, and has nothing that moves its traffic`,
      EXIT.usage,
    );
  }
  const { targets } = releaseResources(resources, named.system, named.service, context);
  const { image: declared = "", template: full = declared } = carried(resources, targets);
  const state = (await readDeployed({ root, stack, sandbox })).map(planResourceOf);
  const there = releaseResources(state, named.system, named.service, context);
  const { image = declared } = carried(state, there.targets);
  return {
    measured,
    release,
    traffic: there.traffic,
    declared,
    prefix: full.endsWith(declared) ? full.slice(0, full.length - declared.length) : "",
    deployed: { image, ...(there.revision === undefined ? {} : { revision: there.revision }) },
  };
}
