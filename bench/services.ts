/**
 * Plans as many services as its argument says, in a process of its own, and prints
 * `{resources, milliseconds, megabytes}` for the program, the checks and the packs together; not for starting up.
 */
import { planRun } from "../automation/plan/plan.ts";
import { packs } from "../policies/catalogue.ts";
import { runHere } from "./declare.ts";
import { declareServices } from "./system.ts";

async function plan(count: number): Promise<{ resources: number; milliseconds: number }> {
  const begin = performance.now();
  const run = await runHere(() => declareServices(count));
  const { resources } = planRun(run, packs);
  return { resources: resources.length, milliseconds: performance.now() - begin };
}

// Once for nothing: reading the provider's declarations and compiling hot code would weigh more on the small plans.
await plan(20);
const measured = await plan(Number(process.argv[2]));
console.log(JSON.stringify({ ...measured, megabytes: process.memoryUsage().rss / 2 ** 20 }));
