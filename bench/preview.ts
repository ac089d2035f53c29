import { join } from "node:path";
import type { PlanResult } from "../automation/plan/result.ts";
import { startCloud } from "../sandbox/cloud/index.ts";
import { sandboxPaths } from "../sandbox/paths.ts";
import type { Checkout } from "../test/support/checkout.ts";
import { type Case, node, run, seconds } from "./measure.ts";
import { type Providers, prepareSandbox } from "./providers.ts";

const stack = ["--stack", "production"];
const planJson = ["automation/cli.ts", "plan", ...stack, "--format", "json"];

/** @throws Error where the plan and the engine's preview are not of the same resources, or no pack was asked */
function compareOnce(plan: string, preview: string): void {
  const { totals }: PlanResult = JSON.parse(plan);
  // The stack itself is a resource, too.
  const planned = totals.resources + totals.components + 1;
  if (!preview.includes(`+ ${planned} to create`) || !/^Policies:$/m.test(preview)) {
    throw new Error(
      `the engine's preview is not of the ${planned} resources of the plan, under packs:\n${preview}`,
    );
  }
}

const command = ["automation/cli.ts", "preview", ...stack, "--sandbox", "--json"];

/**
 * The engine's own preview of the stack `production`, in a copy of the checkout that has a sandbox of its own, whose cloud is
 * started here, before anything is measured. Gives what it prints. The preview is given folders of policy packs.
 */
export async function enginePreview(
  checkout: Checkout,
  providers: Providers,
): Promise<(...packs: readonly string[]) => Promise<string>> {
  const cwd = checkout.root;
  const paths = sandboxPaths(cwd);
  await startCloud(paths.cloud);
  // It also makes the stack and its configuration, which the bare preview then reads.
  await node(command, { cwd });
  const env = await prepareSandbox(paths, providers);
  const config = join(paths.folder, "project", "Pulumi.production.yaml");
  const bare = ["preview", ...stack, "--config-file", config, "--non-interactive"];
  return (...packs) =>
    run(providers.engine.pulumi, [...bare, ...packs.flatMap((pack) => ["--policy-pack", pack])], {
      cwd,
      env,
    });
}

/** The engine's own preview of the stack `production` under the project's packs, and the whole command around it. */
export async function engineCases(checkout: Checkout, providers: Providers): Promise<Case[]> {
  const cwd = checkout.root;
  const preview = await enginePreview(checkout, providers);
  compareOnce(await node(planJson, { cwd }), await preview("policies"));
  return [
    { name: "engine preview", sample: () => seconds(() => preview("policies")) },
    { name: "slipway preview", sample: () => seconds(() => node(command, { cwd })) },
  ];
}
