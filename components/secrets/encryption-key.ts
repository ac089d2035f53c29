import * as gcp from "@pulumi/gcp";
import type { ComponentResourceOptions, Input, Output } from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { isProduction, labels } from "../scope.ts";
import { type Duration, secondsText } from "../units.ts";

interface Children {
  keyRing: gcp.kms.KeyRingArgs;
  key: gcp.kms.CryptoKeyArgs;
  user: gcp.kms.CryptoKeyIAMMemberArgs;
}

/** A key of your own that Google Cloud encrypts with. */
export interface EncryptionKeyArgs extends ComponentArgs<Children> {
  /** Location of what it encrypts: a region, `us`, or `global`. Changing it replaces the key: what it encrypted is lost. */
  readonly location: string;
  /** Service agents that may encrypt and decrypt with it, by a short name each: `{storage: "serviceAccount:…"}`. */
  readonly users: Readonly<Record<string, Input<string>>>;
  /** Time between new key versions; older ones still decrypt. Default `"90 days"`. */
  readonly rotation?: Duration;
}

/** A Cloud KMS key ring with one key that renews itself, and the service agents that may use it. */
export class EncryptionKey extends Component<Children> {
  /** `projects/…/cryptoKeys/…`. Resolves once its users may use it. */
  readonly id: Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, options?: ComponentResourceOptions) {
    super("slipway:secrets:EncryptionKey", name, args, options);
    const { project } = args.scope;
    const protect = isProduction(args.scope);
    const keyRing = this.child(
      "keyRing",
      gcp.kms.KeyRing,
      { project, location: args.location },
      { suffix: "ring", protect },
    );
    const key = this.child(
      "key",
      gcp.kms.CryptoKey,
      {
        keyRing: keyRing.id,
        purpose: "ENCRYPT_DECRYPT",
        rotationPeriod: secondsText(args.rotation ?? "90 days"),
        labels: labels(args.scope),
      },
      { protect },
    );
    const grants = Object.entries(args.users).map(([user, member]) =>
      this.child(
        "user",
        gcp.kms.CryptoKeyIAMMember,
        { cryptoKeyId: key.id, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member },
        { suffix: `user-${user}` },
      ),
    );
    this.id = grants.reduce<Output<string>>((id, grant) => grant.id.apply(() => id), key.id);
    this.registerOutputs({ id: this.id });
  }
}
