import { runDeclarations } from "../../automation/plan/host.ts";
import type { ProjectSettings } from "../../automation/plan/project.ts";
import { type PlanResource, planResource } from "../../automation/plan/resources.ts";
import { sandboxModels } from "../../automation/plan/sandbox-models.ts";
import { newScope, type Scope } from "../../components/scope.ts";

/** A scope such as systems pass to their components. */
export function testScope(facts: Partial<Parameters<typeof newScope>[0]> = {}): Scope {
  return newScope({
    system: "shop",
    environment: "production",
    project: "shop-production",
    region: "us-east1",
    ...facts,
  });
}

function settings(stack: string): ProjectSettings {
  return { root: "", project: "slipway", stack, main: "", config: {}, secretKeys: [], notes: [] };
}

/** What a program declares, every input as a plan shows it: checked by the sandbox's models. */
export async function declare(program: () => unknown, stack = "production"): Promise<PlanResource[]> {
  const run = await runDeclarations(settings(stack), sandboxModels({}), async () => {
    program();
  });
  return run.resources.map(planResource);
}

/** The one resource of a type whose logical name is given. @throws Error that lists what there is */
export function find(resources: readonly PlanResource[], type: string, name: string): PlanResource {
  const found = resources.filter((resource) => resource.type === type && resource.name === name);
  if (found[0] === undefined || found.length > 1) {
    throw new Error(
      `${found.length} resources ${type} "${name}"; there are: ${resources.map((each) => `${each.type} ${each.name}`).join(", ")}`,
    );
  }
  return found[0];
}

/** All resources of a type. */
export function ofType(resources: readonly PlanResource[], type: string): PlanResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** What a program is refused with; `"accepted"` where it is not. */
export async function refusal(program: () => unknown): Promise<string> {
  return await declare(program).then(
    () => "accepted",
    (error: Error) => error.message,
  );
}
