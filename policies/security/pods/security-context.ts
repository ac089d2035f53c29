import { each } from "../../core/finding.ts";
import type { Example, Finding, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, podSpec } from "../../kubernetes.ts";

/** A setting of a container, which goes before the pod's own, and stands at the pod where neither is there. */
export function effective(container: Property, pod: Property, ...keys: readonly string[]): Property {
  const own = container.at("securityContext", ...keys);
  return own.present ? own : pod.at("securityContext", ...keys);
}

/** Whether pods run on Windows, where the standard does not ask for what only Linux has. */
function onWindows(pod: Property): boolean {
  return pod.at("os", "name").text() === "windows";
}

/** Asks each container of a resource's pods. */
export function eachContainer(
  resource: Subject,
  check: (container: Property, pod: Property) => Finding | readonly Finding[] | undefined,
): Finding[] {
  const pod = podSpec(resource);
  return each(allContainers(resource), (container) => check(container, pod));
}

/** {@link eachContainer} of pods that run on Linux. */
export function eachLinuxContainer(resource: Subject, check: Parameters<typeof eachContainer>[1]): Finding[] {
  return onWindows(podSpec(resource)) ? [] : eachContainer(resource, check);
}

/** The security contexts of a resource's pods: the pod's, and each container's. */
export function securityContexts(resource: Subject): Property[] {
  return [podSpec(resource), ...allContainers(resource)].map((one) => one.at("securityContext"));
}

const indented = (text: string, by: string) => text.replaceAll(/^(?=.)/gm, by);

/** A pod with these fields, in YAML. */
export function podExample(fields: string): Example {
  return { yaml: `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n${indented(fields, "  ")}` };
}

/** A pod with one container with these fields, in YAML. */
export function containerExample(fields: string): Example {
  return podExample(`containers:\n  - name: api\n${indented(fields, "    ")}`);
}
