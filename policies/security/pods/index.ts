import type { Policy } from "../../core/policy.ts";
import { namespaceRestrictsPods } from "./namespace-restricts-pods.ts";
import { restrictedPod } from "./restricted-pod.ts";

/** What pods may do on their nodes. */
export const pods: readonly Policy[] = [restrictedPod, namespaceRestrictsPods];
