import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, lastingContainers, POD_TYPES, podSpec } from "../../kubernetes.ts";
import { quantity } from "../../quantity.ts";

function checkContainer(container: Property): Finding[] {
  const [requests, limits] = [container.at("resources", "requests"), container.at("resources", "limits")];
  return each(requests.entries(), ([name, request]) => {
    const [wanted, most] = [quantity(request), quantity(limits.at(name))];
    return wanted !== undefined && most !== undefined && wanted > most
      ? violation(request, `is ${request.quote()}, more than the limit of ${limits.at(name).quote()}`)
      : undefined;
  });
}

export const limitCoversRequest: Policy = {
  id: "limit-covers-request",
  title: "A container's limits must not be below what it requests.",
  severity: "medium",
  level: "mandatory",
  why: "The API server refuses such a pod: the rollout stands still with no pod of it.",
  fix: "Raise resources.limits, or lower resources.requests.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          resources:
            requests: { cpu: 500m, memory: 512Mi }
            limits: { memory: 512Mi }`,
  },
  types: POD_TYPES,
  check: (resource) => each(allContainers(resource), checkContainer),
};

export const memoryNotOvercommitted: Policy = {
  id: "memory-not-overcommitted",
  title: "A container should request as much memory as it may use.",
  severity: "low",
  level: "advisory",
  why: "Memory can't be taken back: where several use what was promised to none, the node ends whichever uses most above its request, in the middle of a peak.",
  fix: "Set resources.requests.memory to resources.limits.memory.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          resources:
            requests: { memory: 512Mi }
            limits: { memory: 512Mi }`,
  },
  types: POD_TYPES,
  check: (resource) =>
    each(lastingContainers(resource), (container) => {
      const request = container.at("resources", "requests", "memory");
      const limit = container.at("resources", "limits", "memory");
      const [wanted, most] = [quantity(request), quantity(limit)];
      return wanted !== undefined && most !== undefined && wanted < most
        ? violation(request, `is ${request.quote()}, and it may use ${limit.quote()}`)
        : undefined;
    }),
};

/** Folders of a pod that lie on its node's disk: their names, and whether each says how much may be in it. */
function checkFolders(resource: Subject, isLimited: boolean): Finding[] {
  return each(podSpec(resource).at("volumes").items(), (volume) => {
    const folder = volume.at("emptyDir");
    if (!folder.present || folder.at("sizeLimit").present || isLimited) return undefined;
    return violation(
      folder.at("sizeLimit"),
      folder.at("medium").text() === "Memory"
        ? "is not set: it may take all of the memory that the pod has"
        : "is not set: it may fill the node's disk",
    );
  });
}

function checkScratch(resource: Subject): Finding[] {
  const containers = lastingContainers(resource);
  const isLimited = (container: Property) => container.at("resources", "limits", "ephemeral-storage").present;
  return parts(
    () => checkFolders(resource, containers.length > 0 && containers.every(isLimited)),
    () =>
      each(containers, (container) => {
        const storage = container.at("resources", "limits", "ephemeral-storage");
        if (storage.present || container.at("securityContext", "readOnlyRootFilesystem").flag() === true)
          return undefined;
        return violation(storage, "is not set, and it may write: what it writes may fill the node's disk");
      }),
  );
}

export const scratchSpaceBounded: Policy = {
  id: "scratch-space-bounded",
  title: "What a pod may write to its node's disk should be bounded.",
  severity: "low",
  level: "advisory",
  why: "A node whose disk is full evicts pods, and not first those that filled it.",
  fix: "Set sizeLimit on each emptyDir, and resources.limits.ephemeral-storage on containers whose root filesystem is not read-only.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          securityContext: { readOnlyRootFilesystem: true }
          volumeMounts: [{ name: tmp, mountPath: /tmp }]
      volumes:
        - name: tmp
          emptyDir: { sizeLimit: 128Mi }`,
  },
  types: POD_TYPES,
  check: checkScratch,
};
