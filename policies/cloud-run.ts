import type { Subject } from "./core/policy.ts";
import type { Property } from "./core/property.ts";
import { CLOUD_RUN_JOB, CLOUD_RUN_SERVICE } from "./types.ts";

/** Types whose containers are read alike. */
export const CONTAINER_TYPES = [CLOUD_RUN_SERVICE, CLOUD_RUN_JOB] as const;

/** What describes an instance: a job has one template more than a service. */
export function instanceTemplate(resource: Subject): Property {
  const template = resource.props.at("template");
  return resource.type === CLOUD_RUN_JOB ? template.at("template") : template;
}

/** All containers of an instance, sidecars too. */
export function containersOf(resource: Subject): Property[] {
  return instanceTemplate(resource).at("containers").items();
}

/** The container that takes requests: the one with a port, or the only one. */
export function servingContainer(service: Subject): Property | undefined {
  const containers = containersOf(service);
  return containers.length === 1
    ? containers[0]
    : containers.find((container) => container.at("ports").present);
}

/** The fewest instances that always run: the revision's floor or the service's, whichever is more. */
export function fewestInstances(service: Subject): number {
  const scaling = service.props.at("scaling");
  if (scaling.at("scalingMode").text() === "MANUAL") return scaling.at("manualInstanceCount").number() ?? 0;
  const perRevision = service.props.at("template", "scaling", "minInstanceCount").number() ?? 0;
  return Math.max(perRevision, scaling.at("minInstanceCount").number() ?? 0);
}

/** The most instances that may run, or undefined where none is stated and the region's quota decides. */
export function mostInstances(service: Subject): number | undefined {
  const scaling = service.props.at("scaling");
  if (scaling.at("scalingMode").text() === "MANUAL") return scaling.at("manualInstanceCount").number();
  const limits = [
    service.props.at("template", "scaling", "maxInstanceCount").number(),
    scaling.at("maxInstanceCount").number(),
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
