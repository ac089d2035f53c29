import { GATEWAY_GROUP } from "./gateway-routes.ts";
import type { RateLimit } from "./waf.ts";

/** `apiVersion` of Envoy Gateway's policies. */
export const ENVOY_API = "gateway.envoyproxy.io/v1alpha1";

/** The class of Envoy Gateway's own documentation. */
export const ENVOY_CLASS = "eg";

/** Lengths of time that Envoy Gateway counts over, by their seconds. Months and years are left out: they differ. */
const UNITS: Readonly<Record<number, string>> = { 1: "Second", 60: "Minute", 3600: "Hour", 86400: "Day" };

/** The same, as seconds. */
export const ENVOY_INTERVALS: readonly number[] = Object.keys(UNITS).map(Number);

/** Every address of both kinds. A rule for one kind does not count the other. */
const EVERYWHERE = ["0.0.0.0/0", "::/0"];

/**
 * The spec of the BackendTrafficPolicy that counts what each client asks, over all routes and all proxies together.
 * Requests without the header that tells clients apart are counted by address: nobody gets around the limit by leaving it out.
 */
export function planEnvoyRateLimit(routes: readonly string[], { requests, perSeconds, by }: RateLimit) {
  const limit = { requests, unit: UNITS[perSeconds] };
  const header = typeof by === "object" ? by.header : undefined;
  const without =
    header === undefined
      ? {}
      : { headers: [{ type: "RegularExpression", name: header, value: ".+", invert: true }] };
  const byHeader = { clientSelectors: [{ headers: [{ type: "Distinct", name: header }] }] };
  const byAddress = EVERYWHERE.map((value) => ({
    clientSelectors: [{ ...without, sourceCIDR: { type: "Distinct", value } }],
  }));
  const rules = header === undefined ? byAddress : [byHeader, ...byAddress];
  return {
    targetRefs: routes.map((name) => ({ group: GATEWAY_GROUP, kind: "HTTPRoute", name })),
    rateLimit: {
      type: "Global",
      global: { rules: rules.map((rule) => ({ ...rule, limit, shared: true })) },
    },
  };
}

/** The spec of the ClientTrafficPolicy of a Gateway: TLS 1.2 or newer. */
export function planClientPolicy(gateway: string) {
  return {
    targetRefs: [{ group: GATEWAY_GROUP, kind: "Gateway", name: gateway }],
    tls: { minVersion: "1.2" },
  };
}
