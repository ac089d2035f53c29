import type { Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { selectsAll } from "../../kubernetes.ts";

/** Directions that a network policy is about. */
export const DIRECTIONS = ["Ingress", "Egress"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Directions that a policy is about; the API server's defaults where it does not say. */
export function directionsOf({ props }: Subject): readonly (string | undefined)[] {
  const stated = props.at("spec", "policyTypes").items();
  if (stated.length > 0) return stated.map((type) => type.text());
  return props.at("spec", "egress").items().length > 0 ? DIRECTIONS : ["Ingress"];
}

/** The rules of a policy in a direction, which count only where it is about that. */
export function rulesOf(policy: Subject, direction: Direction): Property[] {
  return directionsOf(policy).includes(direction)
    ? policy.props.at("spec", direction.toLowerCase()).items()
    : [];
}

/** Whether a rule lets everything through for all pods, which `namespace-denies-by-default` says. */
export function undoesDefault(policy: Subject, rule: Property, peers: "from" | "to"): boolean {
  return (
    rule.at(peers).items().length === 0 &&
    rule.at("ports").items().length === 0 &&
    selectsAll(policy.props.at("spec", "podSelector"))
  );
}

/** Whether a rule is about a port; one that names none is about all. */
export function isAbout(rule: Property, wanted: number, protocol = "TCP"): boolean {
  const ports = rule.at("ports").items();
  return (
    ports.length === 0 ||
    ports.some((port) => {
      if ((port.at("protocol").text() ?? "TCP") !== protocol) return false;
      const text = port.at("port").text();
      if (text === undefined) return true;
      const last = port.at("endPort").number() ?? Number(text);
      return Number(text) <= wanted && wanted <= last; // A name is a pod's own: no number is in it.
    })
  );
}
