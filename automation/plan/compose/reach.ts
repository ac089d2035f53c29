import { at, entriesAt, listAt, textAt } from "../read.ts";
import type { Json } from "../wire.ts";
import { type Source, textsAt, type Workload } from "./workloads.ts";

type Direction = "Egress" | "Ingress";

/** Who may talk to whom, as the network policies say. */
export interface Reach {
  /** Pairs of a caller and whom it may call. */
  readonly pairs: readonly (readonly [Workload, Workload])[];
  /** Those of the pairs whose caller's policy names the other: what it is made to call. */
  readonly declared: readonly (readonly [Workload, Workload])[];
  /** Workloads that may call something outside the system. */
  readonly outside: readonly Workload[];
}

/** What the network policies among `sources` let through; where none speaks of a pod, everything is. */
export function reachOf(workloads: readonly Workload[], sources: readonly Source[]): Reach {
  const policies = sources.filter(({ object }) => object.kind === "NetworkPolicy");
  const namespaces = new Map(
    sources
      .filter(({ object }) => object.kind === "Namespace")
      .map(({ object, body }) => [object.name ?? "", textsAt(body, "metadata", "labels")]),
  );
  const rules = (workload: Workload, direction: Direction) => rulesFor(workload, direction, policies);
  const open = (from: Workload, to: Workload) => {
    const out = allows(rules(from, "Egress"), { peer: to, own: from, called: to }, namespaces);
    const into = allows(rules(to, "Ingress"), { peer: from, own: to, called: to }, namespaces);
    return into === "no" ? "no" : out;
  };
  const all = workloads.flatMap((from) => workloads.map((to) => ({ from, to, how: open(from, to) })));
  return {
    pairs: all.filter(({ how }) => how !== "no").map(({ from, to }) => [from, to]),
    declared: all
      .filter(({ from, to, how }) => how === "named" && from !== to)
      .map(({ from, to }) => [from, to]),
    outside: workloads.filter((workload) => reachesOutside(rules(workload, "Egress"))),
  };
}

/** The rules of one direction that hold for a workload's pods; undefined where no policy speaks of them. */
function rulesFor(
  { namespace, podLabels }: Workload,
  direction: Direction,
  policies: readonly Source[],
): readonly Json[] | undefined {
  const field = direction === "Egress" ? "egress" : "ingress";
  const speaking = policies.filter(({ object, body }) => {
    const types = listAt(body, "spec", "policyTypes");
    const speaks =
      types.length > 0
        ? types.includes(direction)
        : direction === "Ingress" || at(body, "spec", "egress") !== undefined;
    return speaks && object.namespace === namespace && selects(at(body, "spec", "podSelector"), podLabels);
  });
  return speaking.length === 0 ? undefined : speaking.flatMap(({ body }) => listAt(body, "spec", field));
}

/** Whether rules let a peer through, on a port that the called one has; `named` where one speaks of its very pods. */
function allows(
  rules: readonly Json[] | undefined,
  { peer, own, called }: { readonly peer: Workload; readonly own: Workload; readonly called: Workload },
  namespaces: ReadonlyMap<string, Record<string, string>>,
): "no" | "yes" | "named" {
  if (rules === undefined) return "yes";
  const open = rules.filter((rule) => opensPort(listAt(rule, "ports"), called));
  const peersOf = (rule: Json) => [...listAt(rule, "to"), ...listAt(rule, "from")];
  const labels = { ...namespaces.get(peer.namespace), "kubernetes.io/metadata.name": peer.namespace };
  const matching = open
    .flatMap(peersOf)
    .filter((each) => at(each, "ipBlock") === undefined)
    .filter((each) => {
      const [pods, spaces] = [at(each, "podSelector"), at(each, "namespaceSelector")];
      // Without a selector of namespaces, only the policy's own is meant.
      const inPlace = spaces === undefined ? peer.namespace === own.namespace : selects(spaces, labels);
      return inPlace && selects(pods, peer.podLabels);
    });
  if (matching.some((each) => !isEmpty(at(each, "podSelector")))) return "named";
  return matching.length > 0 || open.some((rule) => peersOf(rule).length === 0) ? "yes" : "no";
}

function opensPort(ports: readonly Json[], { container }: Workload): boolean {
  const own = listAt(container, "ports");
  if (ports.length === 0 || own.length === 0) return true;
  return ports.some((port) => {
    const [wanted, end] = [at(port, "port"), at(port, "endPort")];
    if (wanted === undefined) return true;
    return own.some((each) => {
      const number = at(each, "containerPort");
      if (typeof wanted === "number" && typeof end === "number" && typeof number === "number") {
        return number >= wanted && number <= end;
      }
      return number === wanted || at(each, "name") === wanted;
    });
  });
}

/** Whether a rule leads out of the cluster: anywhere at all, or to addresses that are neither a pod's nor the node's own. */
function reachesOutside(rules: readonly Json[] | undefined): boolean {
  if (rules === undefined) return true;
  return rules.some((rule) => {
    const ports = listAt(rule, "ports").map((port) => at(port, "port"));
    if (ports.length > 0 && ports.every((port) => port === 53)) return false;
    const peers = listAt(rule, "to");
    return (
      peers.length === 0 ||
      peers.some((peer) => {
        const block = textAt(peer, "ipBlock", "cidr");
        return block !== undefined && !block.startsWith("169.254.");
      })
    );
  });
}

/** Whether a label selector selects something with these labels; none selects everything. */
export function selects(selector: Json | undefined, labels: Readonly<Record<string, string>>): boolean {
  const wanted = entriesAt(selector, "matchLabels").every(([key, value]) => labels[key] === value);
  return wanted && listAt(selector, "matchExpressions").every((expression) => meets(expression, labels));
}

function meets(expression: Json, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[textAt(expression, "key") ?? ""];
  const listed = value !== undefined && listAt(expression, "values").includes(value);
  switch (textAt(expression, "operator")) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

function isEmpty(selector: Json | undefined): boolean {
  return entriesAt(selector, "matchLabels").length === 0 && listAt(selector, "matchExpressions").length === 0;
}
