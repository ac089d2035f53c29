import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import type { ResourceModel } from "./model.ts";
import { openSshPrivate, openSshPublic } from "./openssh.ts";
import { integer } from "./rules.ts";
import { type Properties, UNKNOWN } from "./values.ts";

const curves: Readonly<Record<string, string>> = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};

function generate(inputs: Properties): KeyObject {
  if (inputs.algorithm === "ED25519") return generateKeyPairSync("ed25519").privateKey;
  if (inputs.algorithm === "ECDSA")
    return generateKeyPairSync("ec", {
      namedCurve: curves[String(inputs.ecdsaCurve ?? "P224")] ?? "secp224r1",
    }).privateKey;
  return generateKeyPairSync("rsa", { modulusLength: Number(inputs.rsaBits ?? 2048) }).privateKey;
}

/** The provider's own form: PKCS#1 for RSA, SEC1 for ECDSA, PKCS#8 for Ed25519. */
function traditionalPem(key: KeyObject): string {
  const type = key.asymmetricKeyType === "rsa" ? "pkcs1" : key.asymmetricKeyType === "ec" ? "sec1" : "pkcs8";
  return String(key.export({ type, format: "pem" }));
}

const outputNames = [
  ...["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh", "publicKeyPem", "publicKeyOpenssh"],
  ...["publicKeyFingerprintMd5", "publicKeyFingerprintSha256"],
];

const privateKey: ResourceModel = {
  token: "tls:index/privateKey:PrivateKey",
  values: { algorithm: ["RSA", "ECDSA", "ED25519"], ecdsaCurve: Object.keys(curves) },
  rules: { rsaBits: integer(1024, 16_384, "bits") },
  replaceOn: ["algorithm", "ecdsaCurve", "rsaBits"],
  id: (_context, outputs) =>
    outputs.publicKeyPem === UNKNOWN
      ? UNKNOWN
      : createHash("sha1").update(String(outputs.publicKeyPem)).digest("hex"),
  outputs: ({ inputs, keep }) => {
    const defaults = { ecdsaCurve: inputs.ecdsaCurve ?? "P224", rsaBits: inputs.rsaBits ?? 2048 };
    // Everything derives from one output, so that an update keeps all of them.
    const pkcs8 = keep("privateKeyPemPkcs8", () =>
      String(generate(inputs).export({ type: "pkcs8", format: "pem" })),
    );
    if (pkcs8 === UNKNOWN)
      return { ...defaults, ...Object.fromEntries(outputNames.map((name) => [name, UNKNOWN])) };
    const key = createPrivateKey(pkcs8);
    const open = createPublicKey(key);
    const ssh = openSshPublic(open);
    return {
      ...defaults,
      privateKeyPem: traditionalPem(key),
      privateKeyPemPkcs8: pkcs8,
      privateKeyOpenssh: keep("privateKeyOpenssh", () => openSshPrivate(key, open)),
      publicKeyPem: String(open.export({ type: "spki", format: "pem" })),
      publicKeyOpenssh: ssh.line,
      publicKeyFingerprintMd5: ssh.md5,
      publicKeyFingerprintSha256: ssh.sha256,
    };
  },
};

export const tls: readonly ResourceModel[] = [privateKey];
