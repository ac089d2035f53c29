import { CONTAINER_TYPES, containersOf } from "../../cloud-run.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";

/** Registries that went out of service, what became of each, and where it is said. */
const FORMER: readonly (readonly [host: RegExp, became: string])[] = [
  // Kubernetes' blog, 2023-03-10 and 2023-04-03.
  [/^k8s\.gcr\.io\//, "gets no image since 2023-04-03: write registry.k8s.io"],
  // Google Cloud: "Container Registry is deprecated"; writes ended 2025-03-18. Names live on where they were moved.
  [
    /^((us|eu|asia)\.)?gcr\.io\//,
    "is Container Registry, which ended on 2025-03-18: write the repository of Artifact Registry that took its place",
  ],
];

function checkImage(image: Property): Finding | undefined {
  const name = image.text() ?? "";
  const found = FORMER.find(([host]) => host.test(name));
  return found === undefined ? undefined : violation(image, found[1]);
}

export const registryInService: Policy = {
  id: "registry-in-service",
  title: "An image should come from a registry that is still kept.",
  severity: "medium",
  level: "advisory",
  why: "A registry that ended gives no patched image, and one day none: then no pod can start on a new machine.",
  fix: "Push images to Artifact Registry, and take those of Kubernetes from registry.k8s.io.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          image: us-docker.pkg.dev/shop/images/api@sha256:0f0b1e6cc4ac9c2ef7a1df3c26ad1b0d1f4d7d0a7a8b9c0d1e2f3a4b5c6d7e8f`,
  },
  types: [...CONTAINER_TYPES, ...POD_TYPES],
  check: (resource) =>
    each(
      resource.type.startsWith("kubernetes:") ? allContainers(resource) : containersOf(resource),
      (container) => checkImage(container.at("image")),
    ),
};
