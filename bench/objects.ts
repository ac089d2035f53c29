import * as k8s from "@pulumi/kubernetes";

/** Objects of which as many of each kind are declared; none of them is waited for. */
const KINDS = 4;

/** How many objects {@link declareObjects} declares. */
export function objectCount(size: number): number {
  return size * KINDS + 1;
}

/** Declares a namespace with `size` of each of four kinds, as a service has them, but for what runs: that is waited for. */
export function declareObjects(size: number): void {
  const space = new k8s.core.v1.Namespace("bench", { metadata: { name: "bench" } });
  const namespace = space.metadata.name;
  for (let index = 0; index < size; index += 1) {
    const name = `service-${index}`;
    const metadata = { namespace, name, labels: { "app.kubernetes.io/name": name } };
    const selector = { matchLabels: metadata.labels };
    new k8s.core.v1.ConfigMap(name, { metadata, data: { LOG_LEVEL: "info", PORT: "8080" } });
    new k8s.core.v1.ServiceAccount(name, { metadata, automountServiceAccountToken: false });
    new k8s.policy.v1.PodDisruptionBudget(name, { metadata, spec: { maxUnavailable: 1, selector } });
    new k8s.networking.v1.NetworkPolicy(name, {
      metadata,
      spec: {
        podSelector: selector,
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: selector }], ports: [{ port: 8080, protocol: "TCP" }] }],
      },
    });
  }
}
