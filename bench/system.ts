import { Network } from "../components/network/network.ts";
import { newScope } from "../components/scope.ts";
import { Service } from "../components/service/service.ts";
import { goodService } from "../test/support/service.ts";

/** Declares one system of `count` services on one network, with the library's components. */
export function declareServices(count: number): void {
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
