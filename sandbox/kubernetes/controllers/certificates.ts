import { X509Certificate } from "node:crypto";
import type { V1Secret } from "@kubernetes/client-node";
import { run } from "../../engine/run.ts";
import { type AnyObject, apply, type ClusterClient, find, patchStatus } from "../client.ts";
import { alwaysReady } from "./always-ready.ts";
import { type Condition, conditions, differs, fails, holds, isTrue, type Saying } from "./conditions.ts";
import { KIND } from "./kinds.ts";
import { apiVersionOf, type StandIn, type StandInContext } from "./stand-in.ts";

interface Certificate extends AnyObject {
  readonly spec: {
    readonly secretName: string;
    readonly commonName?: string;
    readonly dnsNames?: readonly string[];
    readonly ipAddresses?: readonly string[];
    readonly duration?: string;
    readonly issuerRef: { readonly name: string; readonly kind?: string; readonly group?: string };
    readonly secretTemplate?: {
      readonly annotations?: Record<string, string>;
      readonly labels?: Record<string, string>;
    };
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const SELF_SIGNED = "certificates of this issuer sign themselves in the sandbox";

/** Stand-ins for cert-manager's check of an issuer: it is ready, as it is never asked. */
export const issuers = alwaysReady(KIND.issuer, "SandboxStandIn", SELF_SIGNED);
export const clusterIssuers = alwaysReady(KIND.clusterIssuer, "SandboxStandIn", SELF_SIGNED);

/** Stand-in for cert-manager: makes a TLS secret with a certificate that signs itself. No authority is asked. */
export const certificates: StandIn = {
  kind: KIND.certificate,
  also: [KIND.issuer, KIND.clusterIssuer],
  async reconcile(object, context) {
    const certificate = object as Certificate;
    const { name = "", namespace = "", generation } = certificate.metadata ?? {};
    const missing = await missingIssuer(context.client, certificate);
    const issued = missing === undefined ? await ensureSecret(certificate, namespace, context) : undefined;
    const saying: Saying = issued
      ? holds("Ready", "Ready", "Certificate is up to date and has not expired; it signs itself (sandbox)")
      : fails("Ready", "DoesNotExist", missing ?? "");
    const before = certificate.status?.conditions;
    const after = conditions([saying], before, generation);
    if (!differs(before, after)) return;
    await patchStatus(
      context.client,
      KIND.certificate,
      { metadata: { name, namespace } },
      {
        conditions: after,
        ...(issued ? { ...times(issued), revision: 1 } : {}),
      },
    );
  },
};

/** Why no certificate is issued; undefined when its issuer is ready. */
async function missingIssuer(
  client: ClusterClient,
  { spec, metadata }: Certificate,
): Promise<string | undefined> {
  const { name, kind = "Issuer" } = spec.issuerRef;
  const namespace = kind === "ClusterIssuer" ? undefined : (metadata?.namespace ?? "");
  const issuer = await find<AnyObject>(client, apiVersionOf(KIND.issuer), kind, name, namespace);
  if (!issuer) return `${kind} "${name}" does not exist`;
  const { conditions: list } = (issuer.status ?? {}) as { conditions?: readonly Condition[] };
  return isTrue(list, "Ready") ? undefined : `${kind} "${name}" is not ready`;
}

/** The certificate in the secret, which is made where it is missing or is for other names. */
async function ensureSecret(
  certificate: Certificate,
  namespace: string,
  { client, binary }: StandInContext,
): Promise<X509Certificate> {
  const { spec } = certificate;
  const there = await currentCertificate(client, spec.secretName, namespace);
  if (there && isFor(there, certificate)) return there;
  if (binary === undefined)
    throw new Error("certificates are made by kubebox, which is not here: npm run parts kubernetes");
  const result = await run(binary, ["self-signed", ...selfSignedFlags(certificate)]);
  if (result.code !== 0) throw new Error(`kubebox self-signed: ${result.failure ?? result.stderr.trim()}`);
  const pair = JSON.parse(result.stdout) as { "tls.crt": string; "tls.key": string };
  const secret: V1Secret = {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: {
      name: spec.secretName,
      namespace,
      ...(spec.secretTemplate?.labels ? { labels: spec.secretTemplate.labels } : {}),
      annotations: {
        ...spec.secretTemplate?.annotations,
        "cert-manager.io/certificate-name": certificate.metadata?.name ?? "",
        "cert-manager.io/issuer-name": spec.issuerRef.name,
      },
    },
    stringData: { ...pair, "ca.crt": pair["tls.crt"] },
  };
  await apply(client, secret as AnyObject);
  return new X509Certificate(pair["tls.crt"]);
}

/** The flags of `kubebox self-signed` for a certificate; the key comes on its standard output only. */
function selfSignedFlags({ spec, metadata }: Certificate): string[] {
  return [
    `--common-name=${spec.commonName ?? spec.dnsNames?.[0] ?? metadata?.name ?? ""}`,
    ...(spec.dnsNames ?? []).map((name) => `--dns=${name}`),
    ...(spec.ipAddresses ?? []).map((address) => `--address=${address}`),
    ...(spec.duration === undefined ? [] : [`--duration=${spec.duration}`]),
  ];
}

async function currentCertificate(
  client: ClusterClient,
  name: string,
  namespace: string,
): Promise<X509Certificate | undefined> {
  const secret = await find<V1Secret>(client, "v1", "Secret", name, namespace);
  const pem = secret?.data?.["tls.crt"];
  return pem === undefined ? undefined : new X509Certificate(Buffer.from(pem, "base64"));
}

function isFor(found: X509Certificate, { spec }: Certificate): boolean {
  const expired = Date.parse(found.validTo) < Date.now();
  const named = (found.subjectAltName ?? "").split(", ").filter((name) => name.startsWith("DNS:"));
  const wanted = (spec.dnsNames ?? []).map((name) => `DNS:${name}`);
  return !expired && named.toSorted().join() === wanted.toSorted().join();
}

/** When it begins and ends, and when cert-manager would renew it: after two thirds of its life. */
function times({ validFrom, validTo }: X509Certificate): Record<string, string> {
  const [begin, end] = [Date.parse(validFrom), Date.parse(validTo)];
  const show = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;
  return { notBefore: show(begin), notAfter: show(end), renewalTime: show(begin + (2 / 3) * (end - begin)) };
}
