import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { KUBERNETES_SECRET } from "../../types.ts";

/** What everybody may know, though it is kept beside a key: certificates, keys of hosts, public halves. */
const PUBLIC = /^((ca|tls)\.crt|ca\.pem|known_hosts)$|\.pub$/;

/** How SOPS writes a value that it encrypted, or an entry that is there to be filled: neither is a secret in clear. */
const NOT_IN_CLEAR = /^(ENC\[\w+,data:.*\])?$/s;

/** Entries of a Secret, by their names alone. What Pulumi marks as a secret is one, even while it is not known. */
function checkData(data: Property): readonly Finding[] {
  if (data.secret && !data.known)
    return [violation(data, "holds secrets that the program, and its state, know")];
  return each(data.entries(), ([name, value]) => {
    if (PUBLIC.test(name)) return undefined;
    const isHidden = value.secret && !value.known;
    return !isHidden && NOT_IN_CLEAR.test(value.text() ?? "")
      ? undefined
      : violation(value, "holds a secret that stands in the program or the manifest");
  });
}

export const noLiteralSecret: Policy = {
  id: "no-literal-secret",
  title: "A Secret's data must not stand in a program or a manifest.",
  severity: "critical",
  level: "mandatory",
  why: "Base64 hides nothing: whoever may read the repository, the state or the pipeline's logs has the secret, and it stays in their history after it is changed.",
  fix: "Keep the value in a secret store, and declare an ExternalSecret (or a CSI volume) that names it with its version.",
  example: {
    yaml: `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: api-jwt-v3, namespace: shop }
spec:
  secretStoreRef: { kind: SecretStore, name: api }
  data:
    - secretKey: value
      remoteRef: { key: jwt, version: "3" }`,
  },
  frameworks: {
    "cis-kubernetes": ["5.4.2"],
    "nsa-cisa": ["secrets"],
    "owasp-kubernetes": ["K08"],
    owasp: ["A02"],
  },
  requirements: ["P8-01"],
  types: [KUBERNETES_SECRET],
  check: ({ props }) => each(["data", "stringData"], (field) => checkData(props.at(field))),
};
