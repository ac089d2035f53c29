import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import type { Environment } from "../../../components/scope.ts";
import { declareSystems, parseStack } from "../../../systems/stack.ts";
import { declare, find } from "../../support/declare.ts";

/**
 * What `slipway:stack` of a committed stack file says, with one system alone.
 * @param change what a test changes of the system's settings
 * @param beside what it changes of the stack's
 */
export function stackWith(
  environment: Environment,
  system: "ethixai" | "onesource",
  change: object = {},
  beside: object = {},
) {
  const file = `Pulumi.${environment}.yaml`;
  const said = parse(readFileSync(file, "utf8")).config["slipway:stack"];
  const systems = { [system]: { ...said.systems[system], ...change } };
  return { file, stack: { ...said, ...beside, systems } };
}

/** Declares one system alone, as a stack file has it. */
export function declareSystem(...said: Parameters<typeof stackWith>): void {
  const { file, stack } = stackWith(...said);
  declareSystems(parseStack(stack, file));
}

/** What one system alone declares, as a stack file has it. */
export function systemIn(...said: Parameters<typeof stackWith>): Promise<PlanResource[]> {
  return declare(() => declareSystem(...said), said[0]);
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads deep into plain data
export type Loose = any;

/** The object of a kind and a name in the cluster. @throws Error where there is none, or more than one */
export function objectIn(resources: readonly PlanResource[], kind: string, name: string): Loose {
  const found = resources.filter(
    ({ inputs }: Loose) => inputs.kind === kind && inputs.metadata?.name === name,
  );
  const [one] = found;
  if (one === undefined || found.length > 1) throw new Error(`${found.length} objects ${kind}/${name}`);
  return find(resources, one.type, one.name).inputs;
}

/** All objects of a kind. */
export function objectsIn(resources: readonly PlanResource[], kind: string): Loose[] {
  return resources.map(({ inputs }) => inputs).filter((inputs) => inputs.kind === kind);
}
