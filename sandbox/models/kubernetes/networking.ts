import { isIP, isIPv4 } from "node:net";
import { integer } from "../rules.ts";
import { exactlyOne, labelSelector, portNumber, portOrName, protocol, unique } from "./common.ts";
import { dnsLabel, dnsSubdomain, hostname, labels } from "./names.ts";
import { oneOf, type Place, type PlaceRule } from "./place.ts";

const service: PlaceRule = (object) => {
  const spec = object.at("spec");
  const type = spec.at("type").follow(oneOf("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"));
  const address = spec.at("clusterIP");
  if (
    address.text !== undefined &&
    address.text !== "" &&
    address.text !== "None" &&
    isIP(address.text) === 0
  )
    address.refuse("must be an IP address, `None` or left out");
  if (address.text === "None" && (type.text === "LoadBalancer" || type.text === "NodePort"))
    address.refuse(`must not be None for a service of type ${type.text}`);
  const isName = type.text === "ExternalName";
  if (isName) spec.at("externalName").need().follow(dnsSubdomain);
  const ports = spec.at("ports");
  if (!isName && !type.isUnknown && !address.isUnknown && address.text !== "None") ports.need();
  for (const port of ports.items) {
    port.at("port").follow(portNumber);
    port.at("targetPort").follow(portOrName);
    port.at("protocol").follow(protocol);
    port.at("name").follow(dnsLabel);
    if (ports.items.length > 1) port.at("name").need();
    const nodePort = port.at("nodePort").follow(integer(0, 65_535));
    if (nodePort.number && !type.isUnknown && (type.text === undefined || type.text === "ClusterIP"))
      nodePort.refuse("may not be used when the type is ClusterIP");
  }
  unique(ports.items, (port) => port.at("name").text);
  unique(ports.items, (port) => (port.at("port").number === undefined ? undefined : portKey(port)));
  spec.at("selector").follow(labels);
  spec.at("sessionAffinity").follow(oneOf("ClientIP", "None"));
  spec.at("ipFamilyPolicy").follow(oneOf("SingleStack", "PreferDualStack", "RequireDualStack"));
  spec.at("internalTrafficPolicy").follow(oneOf("Cluster", "Local"));
  const external = spec.at("externalTrafficPolicy").follow(oneOf("Cluster", "Local"));
  if (external.text && !type.isUnknown && (type.text === undefined || type.text === "ClusterIP"))
    external.refuse("may only be set for externally accessible services (NodePort, LoadBalancer)");
};

function portKey(port: Place): string {
  return `${port.at("port").number} ${port.at("protocol").text ?? "TCP"}`;
}

const ingress: PlaceRule = (object) => {
  const spec = object.at("spec");
  if (spec.isUnknown) return;
  if (spec.at("rules").isEmpty && spec.at("defaultBackend").isEmpty)
    spec.fail("needs rules or a defaultBackend");
  backend(spec.at("defaultBackend"));
  spec.at("ingressClassName").follow(dnsSubdomain);
  for (const tls of spec.at("tls").items) for (const host of tls.at("hosts").items) host.follow(hostname);
  for (const rule of spec.at("rules").items) {
    rule.at("host").follow(hostname);
    if (rule.at("http").isSet) rule.at("http", "paths").need();
    for (const path of rule.at("http", "paths").items) {
      const type = path.at("pathType").follow(oneOf("Exact", "Prefix", "ImplementationSpecific")).text;
      const text = path.at("path");
      if ((type === "Exact" || type === "Prefix") && !text.isUnknown) {
        if (!text.text?.startsWith("/")) text.fail("must begin with `/`", text.value);
        else if (/\/\/|\/\.\.?(\/|$)|%2f/i.test(text.text))
          text.refuse("must not contain `//`, `/./` or `/../`");
      }
      backend(path.at("backend"));
    }
  }
};

function backend(place: Place): void {
  if (!place.isSet) return;
  exactlyOne(place, ["service", "resource"]);
  const target = place.at("service");
  if (!target.isSet) return;
  target.at("name").follow(dnsLabel);
  exactlyOne(target.at("port"), ["name", "number"]);
  target.at("port", "number").follow(portNumber);
}

const networkPolicy: PlaceRule = (object) => {
  const spec = object.at("spec");
  labelSelector(spec.at("podSelector"));
  for (const type of spec.at("policyTypes").items) type.follow(oneOf("Ingress", "Egress"));
  for (const [direction, side] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const)
    for (const rule of spec.at(direction).items) {
      for (const port of rule.at("ports").items) policyPort(port);
      for (const peer of rule.at(side).items) policyPeer(peer);
    }
};

function policyPort(place: Place): void {
  const port = place.at("port").follow(portOrName);
  place.at("protocol").follow(protocol);
  const end = place.at("endPort").follow(portNumber);
  if (!end.isSet || port.isUnknown) return;
  if (port.number === undefined) end.fail("may only be set where port is a number");
  else if (end.number !== undefined && end.number < port.number)
    end.refuse(`must be greater than or equal to port, which is ${port.number}`);
}

function policyPeer(place: Place): void {
  if (place.isUnknown) return;
  const block = place.at("ipBlock");
  const selectors = ["podSelector", "namespaceSelector"].filter((field) => place.at(field).isGiven);
  if (!block.isGiven && selectors.length === 0)
    place.fail("needs an ipBlock, a podSelector or a namespaceSelector");
  if (block.isSet && selectors.length > 0)
    block.fail(`must not be set together with ${selectors.join(", ")}`);
  labelSelector(place.at("podSelector"));
  labelSelector(place.at("namespaceSelector"));
  const range = block.at("cidr");
  if (block.isSet) range.need();
  if (range.text !== undefined && !isRange(range.text))
    range.refuse("must be an IP range such as `10.0.0.0/8`");
  for (const except of block.at("except").items)
    if (except.text !== undefined && !isRange(except.text))
      except.refuse("must be an IP range such as `10.0.0.0/8`");
}

function isRange(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  return (
    rest.length === 0 &&
    isIP(address) > 0 &&
    /^\d+$/.test(length) &&
    Number(length) <= (isIPv4(address) ? 32 : 128)
  );
}

/** Rules of networking, by API group and kind. */
export const networking: Readonly<Record<string, PlaceRule>> = {
  "/Service": service,
  "networking.k8s.io/Ingress": ingress,
  "networking.k8s.io/NetworkPolicy": networkPolicy,
};
