import type { Known } from "./dns-message.ts";

/** What of a Service its name is resolved by. */
export interface ServiceRecord {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly clusterIP?: string; readonly type?: string; readonly externalName?: string };
}

/** What of an EndpointSlice a headless Service's name is resolved by. */
export interface SliceRecord {
  readonly metadata: { readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly hostname?: string;
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
}

/** What the cluster's DNS answers from. */
export interface ServiceDirectory {
  readonly services: readonly ServiceRecord[];
  readonly slices: readonly SliceRecord[];
}

const ZONE = /^(?:([^.]+)\.)?([^.]+)\.([^.]+)\.svc\.cluster\.local$/;

/**
 * Resolves `SERVICE.NAMESPACE.svc.cluster.local`: to the Service's own address, to those of its ready pods where it is
 * headless, or to the name that it stands for; and `POD.SERVICE.NAMESPACE…` to one pod of a headless one. Undefined for
 * what is not there.
 */
export function resolveName(name: string, { services, slices }: ServiceDirectory): Known | undefined {
  const [, host, service, namespace] = ZONE.exec(name) ?? [];
  const found = services.find(
    ({ metadata }) => metadata.name === service && metadata.namespace === namespace,
  );
  if (found === undefined) return undefined;
  const { clusterIP, type, externalName } = found.spec;
  if (type === "ExternalName") {
    return host === undefined && externalName !== undefined
      ? { addresses: [], alias: externalName }
      : undefined;
  }
  if (clusterIP !== undefined && clusterIP !== "None") {
    return host === undefined ? { addresses: [clusterIP] } : undefined;
  }
  const endpoints = slices
    .filter(
      ({ metadata }) =>
        metadata.namespace === namespace && metadata.labels?.["kubernetes.io/service-name"] === service,
    )
    .flatMap((slice) => slice.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false);
  const addresses = endpoints
    .filter(({ hostname }) => host === undefined || hostname === host)
    .flatMap((endpoint) => endpoint.addresses);
  return addresses.length > 0 || host === undefined ? { addresses } : undefined;
}
