/** Rewrites the golden files: what every stack at the root is planned to be. Read the difference before committing it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../automation/plan/host.ts";
import { stacksIn } from "../../automation/plan/project.ts";
import { planResource, resourcesJson } from "../../automation/plan/resources.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

for (const stack of stacksIn(root)) {
  const { resources } = await runProgram({ root, stack });
  const file = join(root, "test", "golden", stack, "resources.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, resourcesJson(resources.map(planResource)));
  console.log(`test/golden/${stack}/resources.json: ${resources.length} resources`);
}
