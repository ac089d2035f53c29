import type { OutputContext, ResourceModel } from "../model.ts";
import { DELETION_POLICIES, labels, length, pattern, projectId } from "../rules.ts";
import type { Properties } from "../values.ts";
import { projectNumber } from "./common.ts";

/** An id that the program may choose for a service or an objective. Source: provider google, `custom_service`, 2026-11. */
export const monitoringId = pattern(/^[a-zA-Z0-9\-_:.]+$/, "an id of letters, digits and `-_:.`");

/**
 * Service and objective are named by the project's number, which only the service tells: a preview doesn't know the name,
 * though it knows the id where the program gives one.
 */
export function numberedName(context: OutputContext, path: string, idField: string, id: string): Properties {
  return {
    [idField]: id,
    name: context.keep("name", () => context.join`projects/${projectNumber(context.project)}/${path}${id}`),
  };
}

const common = {
  values: { deletionPolicy: DELETION_POLICIES },
  defaults: { deletionPolicy: "DELETE" },
  id: (_context: OutputContext, outputs: Properties) => String(outputs.name),
};

export const customService: ResourceModel = {
  ...common,
  token: "gcp:monitoring/customService:CustomService",
  rules: {
    serviceId: monitoringId,
    displayName: length(0, 512),
    userLabels: labels,
    project: projectId,
    "telemetry.resourceName": pattern(
      /^\/\/[^/]+\/\S+$/,
      "a full resource name such as `//run.googleapis.com/…`",
    ),
  },
  replaceOn: ["serviceId", "project"],
  outputs: (context) =>
    numberedName(
      context,
      "services/",
      "serviceId",
      context.text("serviceId") || context.keep("serviceId", () => context.hex("service", 22)),
    ),
};

export const genericService: ResourceModel = {
  ...common,
  token: "gcp:monitoring/genericService:GenericService",
  required: ["serviceId"],
  rules: {
    serviceId: pattern(/^[a-z0-9-]+$/, "an id of small letters, digits and `-`"),
    displayName: length(0, 512),
    userLabels: labels,
    project: projectId,
    "basicService.serviceType": pattern(/^[A-Z][A-Z_]*$/, "a type of service such as `CLOUD_RUN`"),
  },
  replaceOn: ["serviceId", "project", "basicService"],
  outputs: (context) => ({
    ...numberedName(context, "services/", "serviceId", context.text("serviceId")),
    telemetries: context.keep("telemetries", () => [{ resourceName: "" }]),
  }),
};
