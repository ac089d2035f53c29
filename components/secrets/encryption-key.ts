import * as gcp from "@pulumi/gcp";
import { all, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { SlipwayError } from "../errors.ts";
import { isProduction, labels } from "../scope.ts";
import { type Duration, secondsText } from "../units.ts";

interface Children {
  keyRing: gcp.kms.KeyRingArgs;
  key: gcp.kms.CryptoKeyArgs;
  user: gcp.kms.CryptoKeyIAMMemberArgs;
  viewer: gcp.kms.CryptoKeyIAMMemberArgs;
}

/** A key of your own that Google Cloud encrypts with. */
export interface EncryptionKeyArgs extends ComponentArgs<Children> {
  /** Location of what it encrypts: a region, `us`, or `global`. Changing it replaces the key: what it encrypted is lost. */
  readonly location: string;
  /** Service agents that may encrypt and decrypt with it, by a short name each: `{storage: "serviceAccount:…"}`. */
  readonly users: Readonly<Record<string, Input<string>>>;
  /** Those who may also read what the key and its versions are (never the key itself), by a short name each. Default: none. */
  readonly viewers?: Readonly<Record<string, Input<string>>>;
  /** Time between new key versions; older ones still decrypt. Default `"90 days"`. */
  readonly rotation?: Duration;
}

/** A Cloud KMS key ring with one key that renews itself, and the service agents that may use it. */
export class EncryptionKey extends Component<Children> {
  /** `projects/…/cryptoKeys/…`. Resolves once its users may use it. */
  readonly id: Output<string>;
  readonly #key: gcp.kms.CryptoKey;
  readonly #grants: readonly gcp.kms.CryptoKeyIAMMember[];

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
    const grants = [
      ...Object.entries(args.users).map(([user, member]) =>
        this.child(
          "user",
          gcp.kms.CryptoKeyIAMMember,
          { cryptoKeyId: key.id, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member },
          { suffix: `user-${user}` },
        ),
      ),
      ...Object.entries(args.viewers ?? {}).map(([viewer, member]) =>
        this.child(
          "viewer",
          gcp.kms.CryptoKeyIAMMember,
          { cryptoKeyId: key.id, role: "roles/cloudkms.viewer", member },
          { suffix: `viewer-${viewer}` },
        ),
      ),
    ];
    this.#key = key;
    this.#grants = grants;
    this.id = this.#onceGranted(key.id);
    this.registerOutputs({ id: this.id });
  }

  /**
   * The version that encrypts, `projects/…/cryptoKeyVersions/3`, for those who must name one. Resolves once its users may
   * use it. KMS makes another one primary at each rotation; a stack sees that when it is refreshed, not before.
   */
  primaryVersion(): Output<string> {
    const { id, primaries } = this.#key;
    return this.#onceGranted(
      all([id, primaries]).apply(([key, [primary]]) => {
        if (primary?.name !== undefined) return primary.name;
        throw new SlipwayError(key, [
          "the key has no primary version; make one with `gcloud kms keys versions create --primary`, then refresh the stack",
        ]);
      }),
    );
  }

  #onceGranted(fact: Output<string>): Output<string> {
    return all([fact, ...this.#grants.map(({ id }) => id)]).apply(([granted]) => granted as string);
  }
}
