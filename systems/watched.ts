import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Monitoring } from "../components/alerting/monitoring.ts";
import type { MonitoringSpec } from "../components/alerting/spec.ts";
import { Namespace } from "../components/kubernetes/namespace.ts";
import { newScope } from "../components/scope.ts";
import { clusterProvider } from "./cluster.ts";
import { project } from "./settings.ts";
import type { StackFacts, System } from "./system.ts";

const settings = z.strictObject({ project: project.optional() });

/** What a stack says of a system that it only watches. */
type WatchedSettings = z.infer<typeof settings>;

class Watched extends pulumi.ComponentResource {
  constructor(system: string, stack: StackFacts, { project }: WatchedSettings, spec: WatchedSpec) {
    super("slipway:system:Watched", system, {}, { providers: [clusterProvider(system, stack)] });
    const { environment, region, runbooks: runbookBase } = stack;
    const scope = newScope({
      system,
      environment,
      project: project ?? `${system}-${environment}`,
      region,
    });
    const inside = { parent: this };
    const namespace = new Namespace(`${system}-namespace`, { scope, namespace: system }, inside);
    new Monitoring(
      `${system}-monitoring`,
      { scope, services: [], namespace, ...spec, ...(runbookBase === undefined ? {} : { runbookBase }) },
      inside,
    );
    namespace.seal();
    this.registerOutputs({});
  }
}

/** What is promised of such a system and watched in it. */
type WatchedSpec = Omit<MonitoringSpec, "services" | "runbookBase">;

/** A system that others deploy: what it promises and whom its alerts reach, as rules and dashboards in the stack's cluster. */
export function watchedSystem(name: string, spec: WatchedSpec): System<WatchedSettings> {
  return {
    settings: () => settings,
    declare: (stack, said) => {
      new Watched(name, stack, said, spec);
      return {};
    },
  };
}
