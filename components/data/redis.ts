import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import type { Namespace } from "../kubernetes/namespace.ts";
import type { Destination } from "../kubernetes/reach.ts";
import { storeProblems } from "../kubernetes/stateful-set.ts";
import { Store, type StoreChildren } from "../kubernetes/store.ts";
import type { Network } from "../network/network.ts";
import { claimName, isProduction } from "../scope.ts";
import { EncryptionKey } from "../secrets/encryption-key.ts";
import { secretPath } from "../secrets/mount.ts";
import type { Rotation } from "../secrets/rotation.ts";
import { Secret } from "../secrets/secret.ts";
import type { SecretSource } from "../secrets/source.ts";
import type { SecretVault } from "../secrets/vault.ts";
import { bytes, type Memory } from "../units.ts";
import { ExistingRedis, type ExistingRedisArgs } from "./existing-redis.ts";
import { memorystoreProblems, planMemorystore } from "./memorystore.ts";
import {
  type Fsync,
  LEAST_REDIS_MEMORY,
  planRedisFiles,
  planRedisProbes,
  redisGraceSeconds,
} from "./redis-config.ts";
import { type RedisStore, redisEnvironment } from "./redis-store.ts";

interface Children extends StoreChildren {
  api: gcp.projects.ServiceArgs;
  agent: gcp.projects.ServiceIdentityArgs;
  instance: gcp.redis.InstanceArgs;
}

/** How a Redis keeps what it is given. */
interface RedisPersistence {
  /**
   * How often what is written reaches the disk. Default `"everysec"`: a crash loses the last second. Memorystore has no
   * append-only file: it loses what came after the last hourly snapshot, unless a replica takes over.
   */
  readonly fsync?: Fsync;
  /**
   * Kubernetes: volume, at least as large as `memory`; twice that leaves room for rewriting. It can't be changed
   * afterwards: grow the claim itself (`kubectl edit pvc`), then this. Memorystore brings its own.
   */
  readonly size: Memory;
  /** Kubernetes: class of the volume. Default: the cluster's own. */
  readonly storageClass?: string;
}

/** A Redis that keeps what it is given. */
export interface RedisArgs extends ComponentArgs<Children> {
  /** Physical name, unique in its system. Changing it makes a new store, which is empty. */
  readonly service: string;
  /** Where it runs. Changing it makes a new store, which is empty: move the data first. */
  readonly runtime: "kubernetes" | "memorystore";
  /** Kubernetes: namespace that it runs in. */
  readonly namespace?: Namespace;
  /** Memorystore: network that reaches it. */
  readonly network?: Network;
  /** Memory in all. About half of it is for data on Kubernetes, four fifths on Memorystore, which sells whole GiB. */
  readonly memory: Memory;
  /** Kubernetes: CPUs requested. Default 0.25. */
  readonly cpu?: number;
  readonly persistence: RedisPersistence;
  /** What its password is kept in. Made by Pulumi on Kubernetes, by Google on Memorystore. */
  readonly vault: SecretVault;
  /** Default: nobody renews the password by schedule. A new one restarts the store, and whoever calls it. */
  readonly rotation?: Rotation;
  /** Default `"7.2"`, the last under a BSD licence, and the newest of Memorystore. Memorystore upgrades in place. */
  readonly version?: "7.0" | "7.2";
  /** Kubernetes: image, such as a mirror's. Default: the official one of that version. */
  readonly image?: pulumi.Input<string>;
  /** Kubernetes: port that it listens on. Default 6379. Memorystore chooses its own. */
  readonly port?: number;
  /**
   * `replicated`: another zone's replica takes over by itself; only Memorystore has that. `single`: it is away while its
   * pod, or its instance, starts again. Default: `replicated` on Memorystore in production, otherwise `single`.
   */
  readonly availability?: "single" | "replicated";
}

/** User and group of the official image on Debian. */
const USER = 999;

function redisProblems(args: RedisArgs): string[] {
  const { runtime, namespace, network, memory, persistence, availability } = args;
  const { cpu = 0.25, port = 6379 } = args;
  const { size: storage, storageClass, fsync = "everysec" } = persistence;
  const size = { memory, cpu, storage, storageClass };
  const shared = storeProblems(args.service, port, size, LEAST_REDIS_MEMORY, { storage: "persistence.size" });
  if (runtime === "memorystore") {
    return [
      ...(network === undefined ? ['runtime: "memorystore" needs a `network` that reaches it'] : []),
      ...shared,
      ...memorystoreProblems(memory, fsync),
    ];
  }
  return [
    ...(namespace === undefined ? ['runtime: "kubernetes" needs a `namespace` to run in'] : []),
    ...(availability === "replicated"
      ? [
          'availability: "replicated" is more than one pod can promise; use `runtime: "memorystore"`, or leave it out',
        ]
      : []),
    ...shared,
  ];
}

/**
 * A Redis that keeps what it is given: conversations, not a cache, so nothing is evicted.
 *
 * On Kubernetes it is one pod and one volume: whatever takes its node away takes it away, for as long as a volume needs to
 * be attached to another (one to two minutes), and longer where a whole zone is gone. What calls it has to do without
 * meanwhile, as by a fallback store. Where that is too long, say `runtime: "memorystore"`: the same arguments, a replica
 * in another zone, TLS, and nobody to get up at night; but snapshots by the hour instead of a file of each write.
 */
export class Redis extends Component<Children> implements RedisStore {
  readonly service: string;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly tls: boolean;
  readonly certificate: pulumi.Output<string> | undefined;
  readonly password: Secret;
  readonly destination: Destination;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;

  /** A Redis that others keep: it is read, and nothing of it is changed. */
  static get(name: string, args: ExistingRedisArgs, options?: pulumi.ComponentResourceOptions): RedisStore {
    return new ExistingRedis(name, args, options);
  }

  constructor(name: string, args: RedisArgs, options?: pulumi.ComponentResourceOptions) {
    // On Kubernetes all that could be adopted is the store's.
    const adopt = args.runtime === "kubernetes" ? undefined : args.adopt;
    super("slipway:data:Redis", name, { ...args, adopt }, options);
    refuse(name, redisProblems(args));
    claimName(args.scope, "service", args.service);
    this.service = args.service;
    this.tls = args.runtime === "memorystore";
    if (args.runtime === "kubernetes") {
      const port = args.port ?? 6379;
      this.password = this.#password(name, args, { kind: "password", length: 40 });
      const store = this.#inCluster(name, args, port);
      this.host = store.host;
      this.port = pulumi.output(port);
      this.destination = store.destination;
    } else {
      const instance = this.#instance(name, args);
      this.host = instance.host;
      this.port = instance.port;
      this.password = this.#password(name, args, { kind: "value", value: instance.authString });
      this.certificate = instance.serverCaCerts.apply((certificates) =>
        certificates.map(({ cert }) => cert).join("\n"),
      );
      this.destination = {
        kind: "address",
        address: pulumi.interpolate`${instance.host}/32`,
        // With TLS (the documentation's page "About in-transit encryption").
        ports: [6378],
      };
    }
    this.environment = redisEnvironment(this);
    this.registerOutputs({ host: this.host, port: this.port });
  }

  #password(name: string, { scope, vault, service, rotation }: RedisArgs, source: SecretSource): Secret {
    return new Secret(
      `${name}-password`,
      {
        scope,
        vault,
        secretId: `${service}-password`,
        source,
        rotation: rotation ?? { by: "whoever operates the store" },
      },
      { parent: this },
    );
  }

  #inCluster(name: string, args: RedisArgs, port: number): Store {
    const { scope, service, memory, persistence, transform, adopt, cpu = 0.25, version = "7.2" } = args;
    const folders = {
      config: "/etc/redis",
      data: "/data",
      scratch: "/run/redis",
      password: secretPath(this.password.secretId),
    };
    const size = bytes(memory);
    return new Store(
      `${name}-store`,
      {
        scope,
        namespace: args.namespace as Namespace,
        service,
        secrets: [this.password],
        size: { memory, cpu, storage: persistence.size, storageClass: persistence.storageClass },
        facts: {
          image: args.image ?? `docker.io/library/redis:${version}-bookworm`,
          user: USER,
          port,
          command: ["sh", `${folders.config}/start.sh`],
          environment: [],
          files: planRedisFiles(size, port, persistence.fsync ?? "everysec", folders),
          folders,
          scratch: { medium: "Memory", sizeLimit: "1Mi" },
          probes: planRedisProbes(size, folders),
          graceSeconds: redisGraceSeconds(size),
        },
        transform,
        adopt,
      },
      { parent: this },
    );
  }

  #instance(name: string, args: RedisArgs): gcp.redis.Instance {
    const { scope, service, memory, version = "7.2" } = args;
    const { project, region } = scope;
    const production = isProduction(scope);
    const api = this.child("api", gcp.projects.Service, {
      project,
      service: "redis.googleapis.com",
      // Other things in the project may use it too: leaving must not turn it off.
      disableOnDestroy: false,
    });
    const agent = this.child(
      "agent",
      gcp.projects.ServiceIdentity,
      { project, service: "redis.googleapis.com" },
      { dependsOn: [api] },
    );
    const key = new EncryptionKey(
      `${name}-key`,
      { scope, location: region, users: { redis: agent.member } },
      { parent: this },
    );
    const replicated = (args.availability ?? (production ? "replicated" : "single")) === "replicated";
    return this.child(
      "instance",
      gcp.redis.Instance,
      planMemorystore(
        scope,
        { service, memory, version, replicated },
        (args.network as Network).networkId,
        key.id,
      ),
      {
        suffix: "",
        dependsOn: [api],
        protect: production,
        // Resizing one that is full takes longer than the 20 minutes that the provider waits.
        customTimeouts: { create: "30m", update: "30m", delete: "30m" },
      },
    );
  }
}
