import { mostInstances } from "../../cloud-run.ts";
import { violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import { CLOUD_RUN_SERVICE, NODE_POOL, SCALED_OBJECT } from "../../types.ts";

function checkService(service: Subject): Finding[] {
  if (mostInstances(service) !== undefined) return [];
  const at = service.props.at("template", "scaling", "maxInstanceCount");
  return [violation(at, "is not set: the region's quota decides how many instances there may be")];
}

function checkNodes({ props }: Subject): Finding[] {
  const scaling = props.at("autoscaling");
  if (!scaling.present) return [];
  if (["maxNodeCount", "totalMaxNodeCount"].some((field) => scaling.at(field).present)) return [];
  return [violation(scaling.at("totalMaxNodeCount"), "is not set: there may be any number of nodes")];
}

function checkScaledObject({ props }: Subject): Finding[] {
  const at = props.at("spec", "maxReplicaCount");
  return at.present ? [] : [violation(at, "is not set: KEDA's own limit is 100 pods")];
}

export const instancesBounded: ResourcePolicy = {
  id: "instances-bounded",
  title: "What scales by itself should say how far.",
  severity: "medium",
  level: "advisory",
  why: "A flood of requests, or a loop, is served by as many instances as a quota allows, and all of them are on the bill.",
  fix: "Set the most instances that the peak asks for, with something to spare.",
  example: {
    typescript:
      'new gcp.cloudrunv2.Service("api", {\n  location: "us-east1",\n  template: { scaling: { maxInstanceCount: 13 }, containers: [{ image }] },\n});',
  },
  requirements: ["EA-15"],
  types: [CLOUD_RUN_SERVICE, NODE_POOL, SCALED_OBJECT],
  check: (resource) => {
    if (resource.type === CLOUD_RUN_SERVICE) return checkService(resource);
    return resource.type === NODE_POOL ? checkNodes(resource) : checkScaledObject(resource);
  },
};
