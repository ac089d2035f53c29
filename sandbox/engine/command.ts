import { dirname } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { Engine } from "./engine.ts";

/** The engine as the Automation API wants it: `LocalWorkspace.create({ pulumiCommand, envVars: engineEnvironment(…) })`. */
export async function pulumiCommand(engine: Engine): Promise<PulumiCommand> {
  // Loaded when it is needed: it takes most of a second.
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  // A `root` must hold `bin/pulumi`, as the cache's folders do; one on PATH may lie anywhere.
  if (engine.origin === "path") return PulumiCommand.get({ skipVersionCheck: true });
  return PulumiCommand.get({ root: dirname(engine.binFolder), skipVersionCheck: true });
}
