import * as k8s from "@pulumi/kubernetes";
import { SlipwayError } from "../components/errors.ts";
import type { StackFacts } from "./system.ts";

/**
 * The provider of a system's Kubernetes objects: the cluster that the stack names, by server-side apply. The sandbox puts
 * its own cluster in its place, whatever is said here.
 * @throws SlipwayError where a stack of other people's clusters names none: the current context of whoever deploys is no fact
 */
export function clusterProvider(system: string, { environment, context }: StackFacts): k8s.Provider {
  if (context === undefined && environment !== "sandbox") {
    throw new SlipwayError("slipway:stack.cluster", [
      `missing: ${system} runs on Kubernetes. Name a context of your kubeconfig (kubectl config get-contexts):\n  slipway:stack:\n    cluster:\n      context: gke_my-project_us-east1_main`,
    ]);
  }
  return new k8s.Provider(`${system}-cluster`, {
    ...(context === undefined ? {} : { context }),
    enableServerSideApply: true,
    // Flags are flipped in place: what reads them is never restarted by it.
    enableConfigMapMutable: true,
  });
}
