import { createHmac, timingSafeEqual } from "node:crypto";

/** Writes values into names, and reads them back: whoever holds the same key can, so instances need share nothing. */
export interface Sealer {
  /** @param kind what the name stands for: it is read back as that alone */
  seal(kind: string, value: object): string;
  /** The value, or undefined where nobody with this key made it as that kind. */
  open(kind: string, sealed: string): unknown;
}

/** A sealer for one service. Its key is no secret: it keeps mistakes apart, not attackers. */
export function sealerOf(service: string): Sealer {
  const sign = (kind: string, text: string) =>
    createHmac("sha256", `sandbox/demo ${service}`).update(`${kind} ${text}`).digest("base64url");
  return {
    seal(kind, value) {
      const text = Buffer.from(JSON.stringify(value)).toString("base64url");
      return `${text}.${sign(kind, text)}`;
    },
    open(kind, sealed) {
      const [text = "", signature = ""] = sealed.split(".");
      const [given, right] = [Buffer.from(signature), Buffer.from(sign(kind, text))];
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    },
  };
}
