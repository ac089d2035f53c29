import type { Stack, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { namespaceOf, WORKLOADS } from "../kubernetes.ts";
import { selectedBy } from "../kubernetes-stack.ts";
import { referred } from "../references.ts";
import { CLOUD_RUN_INVOKER, CLOUD_RUN_SERVICE, DEPLOYMENT, NETWORK_POLICY } from "../types.ts";

/** Types that say which service calls which, and the services themselves. */
export const CALL_TYPES = [CLOUD_RUN_SERVICE, CLOUD_RUN_INVOKER, ...WORKLOADS, NETWORK_POLICY] as const;

/** Types that say it. */
export const GRANT_TYPES = [CLOUD_RUN_INVOKER, NETWORK_POLICY] as const;

/** One service that may call another of the stack. */
export interface Call {
  readonly caller: Subject;
  readonly callee: Subject;
}

const INVOKER = "roles/run.invoker";
const ACCOUNT = "serviceAccount:";

/** Who runs as an account. Two services may share one: then both may call. */
function runningAs(stack: Stack, email: string): Subject[] {
  return stack
    .ofType(CLOUD_RUN_SERVICE)
    .filter(({ props }) => props.at("template", "serviceAccount").text() === email);
}

function invoked(stack: Stack, grant: Subject): Call[] {
  if (grant.props.at("role").text() !== INVOKER) return [];
  const member = grant.props.at("member").text() ?? "";
  if (!member.startsWith(ACCOUNT)) return [];
  const callee = referred(stack, grant, "name", [CLOUD_RUN_SERVICE], ["name", "id"]);
  if (callee === undefined) return [];
  return runningAs(stack, member.slice(ACCOUNT.length)).map((caller) => ({ caller, callee }));
}

const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** The one namespace that a peer is in; undefined where that are several, or none is named. */
function namespaceOfPeer(peer: Property, own: string): string | undefined {
  const selector = peer.at("namespaceSelector");
  return selector.present ? selector.at("matchLabels", NAMESPACE_NAME).text() : own;
}

/** What a policy of the network lets pods reach by name. That everything may be reached says nothing about who calls whom. */
function reached(stack: Stack, policy: Subject): Call[] {
  const own = namespaceOf(policy);
  const peers = policy.props
    .at("spec", "egress")
    .items()
    .flatMap((rule) => rule.at("to").items())
    .filter((peer) => peer.at("podSelector", "matchLabels").entries().length > 0);
  if (peers.length === 0) return [];
  const callers = selectedBy(stack, own, policy.props.at("spec", "podSelector"));
  const callees = peers.flatMap((peer) => {
    const namespace = namespaceOfPeer(peer, own);
    return namespace === undefined ? [] : selectedBy(stack, namespace, peer.at("podSelector"));
  });
  return callers.flatMap((caller) =>
    [...new Set(callees)]
      .filter((callee) => callee !== caller && [caller, callee].every(({ type }) => type === DEPLOYMENT))
      .map((callee) => ({ caller, callee })),
  );
}

/** Calls that one grant, or one policy of the network, allows. @throws UnknownRead, MalformedRead */
export function callsBy(stack: Stack, grant: Subject): readonly Call[] {
  return grant.type === NETWORK_POLICY ? reached(stack, grant) : invoked(stack, grant);
}
