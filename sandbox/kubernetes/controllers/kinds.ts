import type { Kind } from "./stand-in.ts";

const kind = (group: string, version: string, plural: string, name: string): Kind => ({
  group,
  version,
  plural,
  kind: name,
});

/** The kinds that stand-ins watch or read. */
export const KIND = {
  certificate: kind("cert-manager.io", "v1", "certificates", "Certificate"),
  clusterIssuer: kind("cert-manager.io", "v1", "clusterissuers", "ClusterIssuer"),
  clusterSecretStore: kind("external-secrets.io", "v1", "clustersecretstores", "ClusterSecretStore"),
  externalSecret: kind("external-secrets.io", "v1", "externalsecrets", "ExternalSecret"),
  gateway: kind("gateway.networking.k8s.io", "v1", "gateways", "Gateway"),
  gatewayClass: kind("gateway.networking.k8s.io", "v1", "gatewayclasses", "GatewayClass"),
  httpRoute: kind("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute"),
  ingress: kind("networking.k8s.io", "v1", "ingresses", "Ingress"),
  issuer: kind("cert-manager.io", "v1", "issuers", "Issuer"),
  secretStore: kind("external-secrets.io", "v1", "secretstores", "SecretStore"),
  service: kind("", "v1", "services", "Service"),
  volume: kind("", "v1", "persistentvolumes", "PersistentVolume"),
  volumeClaim: kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
} as const;
