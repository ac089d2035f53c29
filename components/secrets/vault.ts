import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { Bucket } from "../data/bucket.ts";
import { labels } from "../scope.ts";
import { EncryptionKey } from "./encryption-key.ts";

interface Children {
  agent: gcp.projects.ServiceIdentityArgs;
  topic: gcp.pubsub.TopicArgs;
  publisher: gcp.pubsub.TopicIAMMemberArgs;
}

/** What one vault needs to know. */
export interface SecretVaultArgs extends ComponentArgs<Children> {
  /** Location of the fallback copies, away from the system's own region. */
  readonly fallbackRegion: string;
  /**
   * Regions that hold the secrets, each with a key of its own; for data that must stay somewhere. Default: Google
   * replicates them by itself, under one global key. Changing it replaces every secret.
   */
  readonly regions?: readonly [string, ...string[]];
}

function automatic(kmsKeyName: pulumi.Input<string>): gcp.types.input.secretmanager.SecretReplication {
  return { auto: { customerManagedEncryption: { kmsKeyName } } };
}

function inRegions(
  keys: readonly { readonly location: string; readonly id: pulumi.Input<string> }[],
): gcp.types.input.secretmanager.SecretReplication {
  const replicas = keys.map(({ location, id }) => ({
    location,
    customerManagedEncryption: { kmsKeyName: id },
  }));
  return { userManaged: { replicas } };
}

/** What all secrets of a system share: one key, one topic that rotations are announced on, one bucket of fallback copies. */
export class SecretVault extends Component<Children> {
  readonly keyId: pulumi.Output<string>;
  /** Where the secrets lie, and under which keys. */
  readonly replication: gcp.types.input.secretmanager.SecretReplication;
  /** Topic that `SECRET_ROTATE` messages arrive on; a rotator subscribes to it. */
  readonly topicId: pulumi.Output<string>;
  readonly fallbackBucket: pulumi.Output<string>;

  constructor(name: string, args: SecretVaultArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:secrets:SecretVault", name, args, options);
    const { scope } = args;
    const agent = this.child("agent", gcp.projects.ServiceIdentity, {
      project: scope.project,
      service: "secretmanager.googleapis.com",
    });
    const pubsubAgent = this.child(
      "agent",
      gcp.projects.ServiceIdentity,
      { project: scope.project, service: "pubsub.googleapis.com" },
      { suffix: "pubsub-agent" },
    );
    const users = { secretmanager: agent.member, pubsub: pubsubAgent.member };
    // Secrets that Google replicates by itself take a key in the location `global`; others one in each of their regions.
    const keys = (args.regions ?? ["global"]).map((location, index) => {
      const suffix = index === 0 ? "key" : `key-${location}`;
      return {
        location,
        id: new EncryptionKey(`${name}-${suffix}`, { scope, location, users }, { parent: this }).id,
      };
    });
    const [key] = keys as [(typeof keys)[number], ...typeof keys];
    const topic = this.child("topic", gcp.pubsub.Topic, {
      project: scope.project,
      kmsKeyName: key.id,
      labels: labels(scope),
    });
    const publisher = this.child("publisher", gcp.pubsub.TopicIAMMember, {
      project: scope.project,
      topic: topic.name,
      role: "roles/pubsub.publisher",
      member: agent.member,
    });
    const fallback = new Bucket(
      `${name}-fallback`,
      { scope, location: { kind: "region", region: args.fallbackRegion }, versions: 10 },
      { parent: this },
    );
    this.keyId = key.id;
    this.replication = args.regions === undefined ? automatic(key.id) : inRegions(keys);
    // A secret may name the topic only once Secret Manager may publish to it.
    this.topicId = publisher.id.apply(() => topic.id);
    this.fallbackBucket = fallback.name;
    this.registerOutputs({ topicId: this.topicId, fallbackBucket: this.fallbackBucket });
  }
}
