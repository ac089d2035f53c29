import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES, podSpec } from "../../kubernetes.ts";
import { podExample } from "./security-context.ts";

/** What the standard allows (Pod Security Standards, "Volume Types"). */
const STANDARD = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

const settings = z.strictObject({
  allowed: z
    .array(z.string())
    .default(STANDARD)
    .describe("Kinds of volumes that pods may have. Default: those of the restricted standard."),
});

/** `hostPath` is looked at by a policy of its own. */
export const volumeTypes: Policy = {
  id: "volume-types",
  title: "A pod must mount only kinds of volumes that Kubernetes or a driver keeps apart.",
  severity: "medium",
  level: "mandatory",
  why: "Other kinds name a disk or a server outright, past the claims and classes that say who may have which; gitRepo runs git as root on the node.",
  fix: "Claim the volume with a persistentVolumeClaim, or use a CSI driver.",
  example: podExample("volumes:\n  - name: data\n    persistentVolumeClaim: { claimName: data }"),
  frameworks: { "pod-security": ["restricted/volume-types"], "owasp-kubernetes": ["K01"] },
  requirements: ["AC-02"],
  types: POD_TYPES,
  settings,
  check: (resource, context) => {
    const allowed = [...context.settings(settings).allowed, "name", "hostPath"];
    return each(podSpec(resource).at("volumes").items(), (volume) =>
      each(volume.entries(), ([kind, source]) =>
        !allowed.includes(kind) && source.present
          ? violation(source, "is a kind of volume that the restricted standard does not allow")
          : undefined,
      ),
    );
  },
};
