import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";
import { EXAMPLE_IMAGE, hasDigest, imageExample, tagOf } from "./image.ts";

const settings = z.strictObject({
  always: z
    .boolean()
    .default(false)
    .describe(
      "Whether every image is asked for anew, so that pods of one node can't use another's private images (AlwaysPullImages). Default: only those whose tag moves.",
    ),
});

/** Kubernetes asks anew for `latest` where nothing is said, and takes what is there for any other tag. */
function checkPolicy(container: Property, always: boolean): Finding | undefined {
  const policy = container.at("imagePullPolicy");
  const stated = policy.text();
  if (stated === "Always") return undefined;
  if (stated === "Never")
    return violation(policy, 'is "Never": it runs whatever somebody left on the node by this name');
  const image = container.at("image").text() ?? "";
  const moves = !hasDigest(image) && ["latest", undefined].includes(tagOf(image));
  if (moves && stated !== undefined)
    return violation(
      policy,
      `is ${policy.quote()}, and the tag moves: each node runs what it happened to get`,
    );
  return always && !moves
    ? violation(
        policy,
        `is ${policy.present ? policy.quote() : "not set"}: whoever runs on the node may use the image`,
      )
    : undefined;
}

export const imagePulled: Policy = {
  id: "image-pulled",
  title: "An image must come from its registry, and not from what a node happens to have.",
  severity: "medium",
  level: "mandatory",
  why: "What lies on a node was checked by nobody: another pod may have brought it, by the same name, or with rights that this one does not have.",
  fix: 'Set imagePullPolicy to "Always"; leave it out only where the image is named by digest or version.',
  example: imageExample(EXAMPLE_IMAGE, "\n      imagePullPolicy: Always"),
  frameworks: { "owasp-kubernetes": ["K02"] },
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const { always } = context.settings(settings);
    return each(allContainers(resource), (container) => checkPolicy(container, always));
  },
};
