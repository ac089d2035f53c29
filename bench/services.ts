/**
 * Plans as many services as its argument says, in a process of its own, and prints
 * `{resources, milliseconds, megabytes}` for the program, the checks and the packs together; not for starting up.
 */
import { runDeclarations } from "../automation/plan/host.ts";
import { planRun } from "../automation/plan/plan.ts";
import { sandboxModels } from "../automation/plan/sandbox-models.ts";
import { Network } from "../components/network/network.ts";
import { newScope } from "../components/scope.ts";
import { Service } from "../components/service/service.ts";
import { packs } from "../policies/catalogue.ts";
import { goodService } from "../test/support/service.ts";
import { root } from "./measure.ts";

/** Declares one system of `count` services on one network. */
function declareServices(count: number): void {
  const scope = newScope({
    system: "bench",
    environment: "production",
    project: "bench-production",
    region: "us-east1",
  });
  const network = new Network("bench-network", { scope });
  for (let index = 0; index < count; index += 1) {
    const service = `service-${index}`;
    new Service(`bench-${service}`, { scope, service, network, ...goodService() });
  }
}

async function plan(count: number): Promise<{ resources: number; milliseconds: number }> {
  const settings = {
    root,
    project: "bench-production",
    stack: "production",
    main: "",
    config: {},
    secretKeys: [],
    notes: [],
  };
  const begin = performance.now();
  const run = await runDeclarations(settings, sandboxModels({}), async () => declareServices(count));
  const { resources } = planRun(run, packs);
  return { resources: resources.length, milliseconds: performance.now() - begin };
}

// Once for nothing: reading the provider's declarations and compiling hot code would weigh more on the small plans.
await plan(20);
const measured = await plan(Number(process.argv[2]));
console.log(JSON.stringify({ ...measured, megabytes: process.memoryUsage().rss / 2 ** 20 }));
