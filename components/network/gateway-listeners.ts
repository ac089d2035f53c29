import type { Input } from "@pulumi/pulumi";
import { GATEWAY_GROUP } from "./gateway-routes.ts";

/** Names of the listeners of a Gateway of one's own. */
export const LISTENER = { https: "https", http: "http" } as const;

/** What a Gateway has to know. */
interface Listening {
  readonly className: string;
  readonly domain: string;
  /** Secret that holds its certificate; undefined where a certificate map is named beside it. */
  readonly certificateSecret: string | undefined;
  /** Name of an address that is reserved for it in Google Cloud; undefined: it is given one. */
  readonly addressName?: Input<string> | undefined;
}

/** The spec of a Gateway: HTTPS for its own namespace's routes, and HTTP, on which only the redirect hangs. */
export function planGateway({ className, domain, certificateSecret, addressName }: Listening) {
  const open = {
    hostname: domain,
    allowedRoutes: {
      namespaces: { from: "Same" },
      kinds: [{ group: GATEWAY_GROUP, kind: "HTTPRoute" }],
    },
  };
  const certificateRefs = [{ group: "", kind: "Secret", name: certificateSecret }];
  return {
    gatewayClassName: className,
    ...(addressName === undefined ? {} : { addresses: [{ type: "NamedAddress", value: addressName }] }),
    listeners: [
      {
        name: LISTENER.https,
        protocol: "HTTPS",
        port: 443,
        ...(certificateSecret === undefined ? {} : { tls: { mode: "Terminate", certificateRefs } }),
        ...open,
      },
      { name: LISTENER.http, protocol: "HTTP", port: 80, ...open },
    ],
  };
}

/** The spec of a cert-manager Certificate: a new key with each renewal. @param issuer name of a ClusterIssuer */
export function planCertificate(domain: string, secretName: string, issuer: string) {
  return {
    secretName,
    dnsNames: [domain],
    issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
  };
}
