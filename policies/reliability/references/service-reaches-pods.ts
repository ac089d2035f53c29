import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { lastingContainers, namespaceOf } from "../../kubernetes.ts";
import { KUBERNETES_SERVICE } from "../../types.ts";
import { declaredNamespaces, makesOtherPods } from "../declared.ts";
import { behind } from "./pods.ts";

const EXAMPLE = {
  yaml: `apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  selector: { app.kubernetes.io/name: api }
  ports:
    - { name: http, port: 80, targetPort: http }`,
} as const;

function checkSelector(stack: Stack, service: Subject): Finding | undefined {
  const selector = service.props.at("spec", "selector");
  if (selector.entries().length === 0) return undefined;
  const namespace = namespaceOf(service);
  if (!declaredNamespaces(stack).has(namespace) || makesOtherPods(stack, namespace)) return undefined;
  return behind(stack, namespace, selector).length > 0
    ? undefined
    : violation(selector, "selects no pod of this stack: every request fails");
}

export const serviceSelectsPods: Policy = {
  id: "service-selects-pods",
  title: "A Service must select pods.",
  severity: "high",
  level: "mandatory",
  why: "One label that is not quite the same, and every request is refused; nothing else says so.",
  fix: "Write the labels of the pods into spec.selector. A Service without a selector, whose endpoints somebody else keeps, is left alone.",
  example: EXAMPLE,
  requirements: ["OS-01"],
  types: /^kubernetes:/,
  checkStack: (stack) => each(stack.ofType(KUBERNETES_SERVICE), (service) => checkSelector(stack, service)),
};

function checkPort(port: Property, makers: readonly Subject[]): Finding | undefined {
  const target = port.at("targetPort");
  const at = target.present ? target : port.at("port");
  const wanted = at.text();
  if (wanted === undefined) return undefined;
  const isName = !/^\d+$/.test(wanted);
  for (const maker of makers) {
    const ports = lastingContainers(maker).flatMap((container) => container.at("ports").items());
    const field = isName ? "name" : "containerPort";
    if ((ports.length === 0 && !isName) || ports.some((one) => one.at(field).text() === wanted)) continue;
    const found = violation(
      at,
      `is ${at.quote()}${target.present ? "," : ", which requests go to,"} and the pods of ${maker.name} state no such port`,
    );
    // A port may be open without being stated; a name has to be.
    return isName ? found : { ...found, level: "advisory" };
  }
  return undefined;
}

export const servicePortExists: Policy = {
  id: "service-port-exists",
  title: "A Service must send requests to a port that the pods have.",
  severity: "high",
  level: "mandatory",
  why: "A name that no port of the pods has is nowhere, and a number that they don't state is most often the old one: requests are refused.",
  fix: "Write the name or the number of one of the container's ports into targetPort.",
  example: EXAMPLE,
  requirements: ["OS-01"],
  types: /^kubernetes:/,
  checkStack: (stack) =>
    each(stack.ofType(KUBERNETES_SERVICE), (service) => {
      const { props } = service;
      const selector = props.at("spec", "selector");
      if (selector.entries().length === 0) return undefined;
      const makers = behind(stack, namespaceOf(service), selector);
      return each(props.at("spec", "ports").items(), (port) => checkPort(port, makers));
    }),
};
