import { yamlText } from "../kubernetes/yaml.ts";
import type { Json } from "../wire.ts";
import { exposedPorts, type Front, frontsOf } from "./front.ts";
import { headerText } from "./header.ts";
import { leftovers } from "./leftovers.ts";
import { networksOf, startOrder } from "./networks.ts";
import { newParts, type Parts } from "./parts.ts";
import { hostPorts } from "./ports.ts";
import { reachOf } from "./reach.ts";
import { composeService, readiness } from "./service.ts";
import { interpolated, type Variables } from "./variables.ts";
import { instancesOf, type System, type Workload } from "./workloads.ts";

/** A system's compose file, and the files beside it. */
export interface ComposeFile {
  readonly text: string;
  /** By their path from the compose file's folder. */
  readonly files: ReadonlyMap<string, string>;
  /** Variables that have to be set, by name, each with what it is. */
  readonly variables: ReadonlyMap<string, string>;
  /** Files under `secrets/` that have to be made. */
  readonly secrets: readonly string[];
}

/** The compose file of a system. Pure. @param elsewhere what of the plan is not Kubernetes, in words */
export function composeFile(system: System, elsewhere?: string): ComposeFile {
  const parts = newParts();
  const fronts = new Map(system.workloads.map((each) => [each, frontsOf(each, system.sources)]));
  const { services, networks } = servicesOf(system, parts, (workload) => fronts.get(workload) ?? []);
  const variables: Variables = new Map();
  const document = interpolated(
    {
      name: system.name,
      services: Object.fromEntries(services),
      ...section("networks", networks),
      ...section("volumes", parts.volumes),
      ...section(
        "secrets",
        new Map([...parts.secrets].map(([name, { path }]) => [name, { file: `./${path}` }])),
      ),
      ...section("configs", parts.configs),
    },
    variables,
  );
  const asksByScript = system.workloads.some((each) =>
    JSON.stringify(readiness(each) ?? "").includes("CMD-SHELL"),
  );
  const left = [...leftovers(system, parts), ...(elsewhere === undefined ? [] : [elsewhere])];
  return {
    text: yamlText(document, headerText(system.name, parts, variables, left, asksByScript)),
    files: parts.files,
    variables,
    secrets: [...parts.secrets.values()].map(({ path }) => path).sort(),
  };
}

function section(name: string, entries: ReadonlyMap<string, Json>): { [key: string]: Json } {
  if (entries.size === 0) return {};
  return { [name]: Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function servicesOf(
  { workloads, sources }: System,
  parts: Parts,
  frontsOfOne: (workload: Workload) => readonly Front[],
): { services: [string, Json][]; networks: ReadonlyMap<string, Json> } {
  const reach = reachOf(workloads, sources);
  const order = startOrder(reach);
  const exposed = new Map(workloads.map((each) => [each, exposedPorts(frontsOfOne(each))]));
  const published = hostPorts(workloads, exposed);
  const { networks, memberships } = networksOf(workloads, reach, {
    fronts: frontsOfOne,
    isExposed: (workload) => (exposed.get(workload) ?? []).length > 0,
  });
  const fronts = workloads.flatMap(frontsOfOne);
  const services = workloads.flatMap((workload) =>
    instancesOf(workload).map((name): [string, Json] => [
      name,
      composeService(
        { workload, name, sources, fronts, parts },
        {
          waitsFor: waitsFor(order.get(workload) ?? []),
          networks: memberships.get(name) ?? new Map(),
          ports: published.get(name) ?? [],
        },
      ),
    ]),
  );
  return { services, networks };
}

function waitsFor(called: readonly Workload[]): Json {
  return Object.fromEntries(
    called.flatMap((workload) => {
      const condition = readiness(workload) === undefined ? "service_started" : "service_healthy";
      return instancesOf(workload).map((name): [string, Json] => [name, { condition }]);
    }),
  );
}
