import type * as k8s from "@pulumi/kubernetes";

type Pod = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;

/** Who the containers of an image run as, where nothing else is said: `nobody` of most images without a shell. */
export const DEFAULT_USER = 65_534;

/** A pod as the "restricted" Pod Security Standard wants it; its volumes belong to the group of `user`. */
export function restrictedPod(user: number): Pick<Pod, "securityContext" | "automountServiceAccountToken"> {
  return {
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      // Only volumes whose root differs are walked: a large one does not hold up a pod's start.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

/** A container as the "restricted" standard wants it, and a root file system that can't be written to. */
export function restrictedContainer(): Pick<Container, "securityContext"> {
  return {
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

/** Spread over zones, and over nodes within them; a cluster with fewer of either still runs everything. */
export function spread(matchLabels: Record<string, string>): NonNullable<Pod["topologySpreadConstraints"]> {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels },
    // Pods of one revision among themselves: those about to go don't count.
    matchLabelKeys: ["pod-template-hash"],
  }));
}
