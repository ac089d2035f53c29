import type { Policy } from "../../core/policy.ts";
import { edgeHasFirewall } from "./edge-has-firewall.ts";
import { httpOnlyRedirects } from "./http-only-redirects.ts";
import { ingressBehindEdge } from "./ingress-behind-edge.ts";
import { noPublicBucket } from "./no-public-bucket.ts";
import { publicInvokerBehindEdge } from "./public-invoker-behind-edge.ts";

/** What the internet reaches. */
export const exposure: readonly Policy[] = [
  noPublicBucket,
  ingressBehindEdge,
  publicInvokerBehindEdge,
  edgeHasFirewall,
  httpOnlyRedirects,
];
