import { adviceOutsideProduction } from "../../core/environment.ts";
import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD } from "../../types.ts";

/** Helm runs a hook's pod once, and takes it away. */
const HOOK = "helm.sh/hook";

export const podHasController: Policy = {
  id: "pod-has-controller",
  title: "A pod must be made by what keeps it running and renews it.",
  severity: "medium",
  level: "mandatory",
  why: "A pod by itself is gone with its node, and can't be given another image: what is found to have a hole goes on running.",
  fix: "Declare a Deployment, a StatefulSet or a DaemonSet; for what runs once a Job.",
  example: {
    yaml: `apiVersion: batch/v1
kind: Job
metadata: { name: import, namespace: shop }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - { name: import, image: "shop/import:1.0.0" }`,
  },
  frameworks: { "owasp-kubernetes": ["K10"] },
  types: [POD],
  check: (pod) => {
    const metadata = pod.props.at("metadata");
    const owners = metadata.at("ownerReferences");
    if (owners.items().length > 0 || metadata.at("annotations", HOOK).present) return [];
    return adviceOutsideProduction(pod, [
      violation(owners, "is not set: it is a pod by itself, which nothing starts again or renews"),
    ]);
  },
};
