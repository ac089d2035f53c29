import { fileURLToPath } from "node:url";
import { runProgram } from "../../../../automation/plan/host.ts";
import { readProject } from "../../../../automation/plan/project.ts";
import { stackPolicySettings } from "../../../../automation/policies/settings.ts";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { GOOD, object } from "../kubernetes-support.ts";
import type { System } from "./fault.ts";
import { foreignCloud } from "./foreign-cloud.ts";
import { foreignCluster } from "./foreign-cluster.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** What this project's own program declares for a stack, as its packs get it in a plan. */
async function planned(stack: string): Promise<System> {
  const { resources } = await runProgram({ root, stack });
  return {
    name: stack,
    settings: stackPolicySettings(readProject(root, stack)),
    resources: resources.map(
      ({
        urn,
        type,
        name,
        checked,
        parent,
        dependencies,
        propertyDependencies,
        options,
      }): PolicyResource => ({
        ...{ urn, type, name, props: checked, parent, dependencies, propertyDependencies },
        opts: { protect: options.protect === true },
      }),
    ),
  };
}

/** Systems that no policy has anything against: this project's own, the tests', and two of strangers. */
export async function goodSystems(): Promise<readonly System[]> {
  return [
    await planned("production"),
    { ...(await planned("staging")), alike: true },
    { ...(await planned("sandbox")), alike: true },
    { name: "shop on Kubernetes", resources: GOOD.map((manifest) => object(manifest)) },
    { name: "a stranger's cluster", resources: foreignCluster },
    { name: "a stranger's cloud", resources: foreignCloud },
  ];
}
