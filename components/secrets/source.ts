import type { Input } from "@pulumi/pulumi";

/**
 * Where a secret's value comes from:
 * - `password`, `bytes`, `rsaKey`: made by Pulumi, kept encrypted in its state, never printed.
 * - `value`: composed from other resources' outputs, or an encrypted configuration value.
 * - `pinned`: put into Secret Manager by someone else (a person, a rotator); its version's number is all we know.
 */
export type SecretSource =
  | { readonly kind: "password" /** Characters. */; readonly length: number }
  | { readonly kind: "bytes" /** Bytes, kept in base64. */; readonly length: number }
  | { readonly kind: "rsaKey"; readonly bits: 2048 | 3072 | 4096 }
  | { readonly kind: "value"; readonly value: Input<string> }
  | { readonly kind: "pinned" /** Version's number, such as `"3"`. */; readonly version: string };

/** Shortest that is still out of reach of guessing: 128 bits, a password's characters giving about 6 each. */
const LEAST = { password: 24, bytes: 16 } as const;

/** What is wrong with a source, or undefined. Never quotes a value. */
export function sourceProblem(source: SecretSource): string | undefined {
  switch (source.kind) {
    case "password":
    case "bytes":
      return source.length >= LEAST[source.kind]
        ? undefined
        : `source.length: ${source.length} can be guessed; use at least ${LEAST[source.kind]}`;
    case "pinned":
      return /^[1-9]\d*$/.test(source.version)
        ? undefined
        : `source.version: "${source.version}" must be a version's number; "latest" would change under a running revision. List them: gcloud secrets versions list NAME`;
    default:
      return undefined;
  }
}
