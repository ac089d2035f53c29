import type { KeyObject } from "node:crypto";
import { createHash, randomBytes } from "node:crypto";

/** Curves that OpenSSH knows, by OpenSSL's name and OpenSSH's. It has none for P-224. */
const curves: Readonly<Record<string, string>> = {
  prime256v1: "nistp256",
  secp384r1: "nistp384",
  secp521r1: "nistp521",
};

function field(bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  return Buffer.concat([size, content]);
}

/** A number as OpenSSH writes it: no leading zeros, except one that keeps it positive. */
function integer(base64url: string | undefined): Buffer {
  let bytes = Buffer.from(base64url ?? "", "base64url");
  while (bytes.length > 1 && bytes[0] === 0) bytes = bytes.subarray(1);
  return field((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** The public part in OpenSSH's wire form (RFC 4253, RFC 5656, RFC 8709); undefined for a curve that OpenSSH lacks. */
function publicBlob(key: KeyObject): { readonly type: string; readonly blob: Buffer } | undefined {
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ""];
  // A JSON Web Key of another curve does not exist either: asking for one is an error.
  if (key.asymmetricKeyType === "ec" && curve === undefined) return undefined;
  const jwk = key.export({ format: "jwk" });
  if (jwk.kty === "RSA")
    return { type: "ssh-rsa", blob: Buffer.concat([field("ssh-rsa"), integer(jwk.e), integer(jwk.n)]) };
  if (jwk.kty === "OKP")
    return {
      type: "ssh-ed25519",
      blob: Buffer.concat([field("ssh-ed25519"), field(Buffer.from(jwk.x ?? "", "base64url"))]),
    };
  if (curve === undefined) return undefined;
  const type = `ecdsa-sha2-${curve}`;
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(jwk.x ?? "", "base64url"),
    Buffer.from(jwk.y ?? "", "base64url"),
  ]);
  return { type, blob: Buffer.concat([field(type), field(curve), field(point)]) };
}

/** What the `tls` provider says of a public key in OpenSSH's terms; empty strings where OpenSSH has no such key. */
export function openSshPublic(key: KeyObject): {
  readonly line: string;
  readonly md5: string;
  readonly sha256: string;
} {
  const parts = publicBlob(key);
  if (parts === undefined) return { line: "", md5: "", sha256: "" };
  const digest = (algorithm: string): Buffer => createHash(algorithm).update(parts.blob).digest();
  return {
    line: `${parts.type} ${parts.blob.toString("base64")}\n`,
    md5: (digest("md5").toString("hex").match(/../g) ?? []).join(":"),
    sha256: `SHA256:${digest("sha256").toString("base64").replace(/=+$/, "")}`,
  };
}

/** A private key in OpenSSH's own file format, unencrypted and without a comment; "" where OpenSSH has no such key. */
export function openSshPrivate(privateKey: KeyObject, publicKey: KeyObject): string {
  const parts = publicBlob(publicKey);
  if (parts === undefined) return "";
  const jwk = privateKey.export({ format: "jwk" });
  const check = randomBytes(4);
  const body = [check, check, ...privateFields(jwk, parts), field("")];
  let secret = Buffer.concat(body);
  for (let pad = 1; secret.length % 8 !== 0; pad += 1) secret = Buffer.concat([secret, Buffer.from([pad])]);
  const one = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    one,
    field(parts.blob),
    field(secret),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join(
    "\n",
  );
}

function privateFields(jwk: JsonWebKey, parts: { readonly type: string; readonly blob: Buffer }): Buffer[] {
  if (jwk.kty === "RSA")
    return [
      field("ssh-rsa"),
      integer(jwk.n),
      integer(jwk.e),
      integer(jwk.d),
      integer(jwk.qi),
      integer(jwk.p),
      integer(jwk.q),
    ];
  if (jwk.kty === "OKP") {
    const point = Buffer.from(jwk.x ?? "", "base64url");
    return [
      field("ssh-ed25519"),
      field(point),
      field(Buffer.concat([Buffer.from(jwk.d ?? "", "base64url"), point])),
    ];
  }
  // The public blob of an ECDSA key is type, curve, point: exactly what the private form begins with.
  return [parts.blob, integer(jwk.d)];
}

type JsonWebKey = ReturnType<KeyObject["export"]> extends infer T ? Extract<T, { kty?: string }> : never;
