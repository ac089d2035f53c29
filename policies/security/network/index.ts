import type { Policy } from "../../core/policy.ts";
import { namedHosts } from "./ingress-hosts.ts";
import { metadataServerKept } from "./metadata-server-kept.ts";
import { namedSources } from "./named-sources.ts";
import { namespaceDeniesByDefault } from "./namespace-denies-by-default.ts";
import { noConfigurationSnippet } from "./no-configuration-snippet.ts";
import { ownNamespace } from "./own-namespace.ts";
import { reachablePorts } from "./reachable-ports.ts";

/** What reaches what in a cluster, and what is reached from outside it. */
export const network: readonly Policy[] = [
  ownNamespace,
  namespaceDeniesByDefault,
  namedSources,
  metadataServerKept,
  reachablePorts,
  namedHosts,
  noConfigurationSnippet,
];
