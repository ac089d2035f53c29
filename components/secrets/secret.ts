import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import * as time from "@pulumiverse/time";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { claimName, isProduction, labels } from "../scope.ts";
import { planRotation, type Rotation, rotationProblem } from "./rotation.ts";
import { type SecretSource, sourceProblem } from "./source.ts";
import type { SecretVault } from "./vault.ts";

interface Children {
  secret: gcp.secretmanager.SecretArgs;
  version: gcp.secretmanager.SecretVersionArgs;
  accessor: gcp.secretmanager.SecretIamMemberArgs;
  password: random.RandomPasswordArgs;
  bytes: random.RandomBytesArgs;
  rsaKey: tls.PrivateKeyArgs;
  firstRotation: time.OffsetArgs;
  fallbackCiphertext: gcp.kms.SecretCiphertextArgs;
  fallbackObject: gcp.storage.BucketObjectArgs;
}

/** A secret, stated once. */
export interface SecretArgs extends ComponentArgs<Children> {
  /** Id in Secret Manager, and name of the folder it is mounted in. Changing it makes a new secret and removes the old. */
  readonly secretId: string;
  readonly source: SecretSource;
  readonly rotation: Rotation;
  /** What all secrets of a system share: key, rotation topic, place of the fallback copies. */
  readonly vault: SecretVault;
}

/**
 * One secret in Secret Manager: encrypted with the system's own key, its version pinned, its rotation announced, readable
 * only by those that {@link Secret.allow} names, with an encrypted copy in storage for the day Secret Manager is away.
 */
export class Secret extends Component<Children> {
  readonly secretId: string;
  /** Version that consumers mount: a number, never `latest`. */
  readonly version: pulumi.Output<string>;
  readonly #secret: gcp.secretmanager.Secret;
  #value: pulumi.Output<string> | undefined;

  constructor(name: string, args: SecretArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:secrets:Secret", name, args, options);
    refuse(
      name,
      [rotationProblem(args.rotation), sourceProblem(args.source)].filter((problem) => problem !== undefined),
    );
    claimName(args.scope, "secret", args.secretId);
    this.secretId = args.secretId;
    this.#secret = this.#declare(args);
    const made = this.#make(args.source);
    if (made === undefined) {
      this.version = pulumi.output((args.source as { version: string }).version);
    } else {
      this.#value = pulumi.secret(made);
      this.version = this.#store(args, this.#value);
    }
    this.registerOutputs({ secretId: this.secretId, version: this.version });
  }

  /**
   * The value; always a Pulumi secret. For what is configured rather than mounted: a channel's token, a public variable.
   * A pinned version is read from Secret Manager when this is first asked for, and only then.
   */
  get value(): pulumi.Output<string> {
    this.#value ??= this.#read();
    return this.#value;
  }

  /** Lets one identity read this secret, and only this one. @param reader short name, unique among its readers */
  allow(reader: string, member: pulumi.Input<string>): gcp.secretmanager.SecretIamMember {
    return this.child(
      "accessor",
      gcp.secretmanager.SecretIamMember,
      {
        project: this.scope.project,
        secretId: this.#secret.secretId,
        role: "roles/secretmanager.secretAccessor",
        member,
      },
      { suffix: `accessor-${reader}` },
    );
  }

  #declare({ secretId, rotation, vault, scope }: SecretArgs): gcp.secretmanager.Secret {
    const first = (days: number) =>
      this.child("firstRotation", time.Offset, { offsetDays: days }, { suffix: "first-rotation" }).rfc3339;
    return this.child(
      "secret",
      gcp.secretmanager.Secret,
      {
        project: scope.project,
        secretId,
        labels: labels(scope),
        replication: vault.replication,
        ...planRotation(rotation, vault.topicId, first),
      },
      // Secret Manager moves the next time on after each rotation.
      { suffix: "", protect: isProduction(scope), ignoreChanges: ["rotation.nextRotationTime"] },
    );
  }

  /** The value that Pulumi makes or is given; undefined where someone else put it there. */
  #make(source: SecretSource): pulumi.Input<string> | undefined {
    switch (source.kind) {
      case "password":
        return this.child("password", random.RandomPassword, { length: source.length, special: false })
          .result;
      case "bytes":
        return this.child("bytes", random.RandomBytes, { length: source.length }).base64;
      case "rsaKey":
        return this.child(
          "rsaKey",
          tls.PrivateKey,
          { algorithm: "RSA", rsaBits: source.bits },
          { suffix: "rsa-key" },
        ).privateKeyPem;
      case "value":
        return source.value;
      case "pinned":
        return undefined;
    }
  }

  #store({ vault, secretId }: SecretArgs, value: pulumi.Output<string>): pulumi.Output<string> {
    const version = this.child(
      "version",
      gcp.secretmanager.SecretVersion,
      { secret: this.#secret.id, secretData: value },
      // The old version stays until everything that mounts it has been replaced.
      { retainOnDelete: isProduction(this.scope) },
    );
    const ciphertext = this.child(
      "fallbackCiphertext",
      gcp.kms.SecretCiphertext,
      { cryptoKey: vault.keyId, plaintext: value },
      { suffix: "fallback-ciphertext" },
    ).ciphertext;
    this.child(
      "fallbackObject",
      gcp.storage.BucketObject,
      {
        bucket: vault.fallbackBucket,
        name: `${secretId}.kms`,
        content: ciphertext,
        contentType: "text/plain",
      },
      { suffix: "fallback-object" },
    );
    return version.version;
  }

  #read(): pulumi.Output<string> {
    const { project } = this.scope;
    // The id is not known while the secret is not there: then there is nothing to read in a preview, either.
    const read = pulumi.all([this.#secret.id, this.version]).apply(async ([, version]) => {
      const secret = this.secretId;
      const { secretData } = await gcp.secretmanager.getSecretVersionAccess(
        { project, secret, version },
        { parent: this },
      );
      return secretData;
    });
    return pulumi.secret(read);
  }
}
