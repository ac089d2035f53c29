import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { POD_TYPES } from "../../kubernetes.ts";
import { KUBERNETES_SERVICE } from "../../types.ts";

export const ownNamespace: Policy = {
  id: "own-namespace",
  title: "What runs must not run in the default namespace.",
  severity: "medium",
  level: "mandatory",
  why: "Everything that names no namespace ends there: rights, quotas and network policies of one service are then those of all.",
  fix: "Make a namespace for the system, and name it in metadata.namespace.",
  example: { yaml: "apiVersion: v1\nkind: Service\nmetadata: { name: api, namespace: shop }" },
  frameworks: {
    "cis-kubernetes": ["5.6.1", "5.6.4"],
    "nsa-cisa": ["namespaces"],
    "owasp-kubernetes": ["K07"],
  },
  requirements: ["OS-01"],
  types: [...POD_TYPES, KUBERNETES_SERVICE],
  check: ({ props }) => {
    const namespace = props.at("metadata", "namespace");
    const text = namespace.text() ?? "";
    if (text === "default") return [violation(namespace, 'is "default", where everything else is, too')];
    if (text !== "") return [];
    // Whoever applies it may still say where it goes: kubectl, Helm and kustomize do so.
    const advice = violation(
      namespace,
      'is not set: it goes to "default" unless whoever applies it says otherwise',
    );
    return [{ ...advice, level: "advisory" }];
  },
};
