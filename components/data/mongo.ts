import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import type { Namespace } from "../kubernetes/namespace.ts";
import type { Callee, Destination } from "../kubernetes/reach.ts";
import { storeProblems } from "../kubernetes/stateful-set.ts";
import { Store, type StoreChildren } from "../kubernetes/store.ts";
import { claimName } from "../scope.ts";
import { secretPath } from "../secrets/mount.ts";
import type { Rotation } from "../secrets/rotation.ts";
import { Secret } from "../secrets/secret.ts";
import type { SecretVault } from "../secrets/vault.ts";
import { bytes, type Memory } from "../units.ts";
import {
  LEAST_MONGO_MEMORY,
  type MongoUser,
  planMongoEnvironment,
  planMongoFiles,
  planMongoProbes,
} from "./mongo-config.ts";

/** A MongoDB of one member, on Kubernetes. */
export interface MongoArgs extends ComponentArgs<StoreChildren> {
  /** Physical name, unique in its system. Changing it makes a new database, which is empty. */
  readonly service: string;
  /** Namespace that it runs in. */
  readonly namespace: Namespace;
  /** Memory in all, 512 MiB or more. */
  readonly memory: Memory;
  /** CPUs requested. Default 0.25. */
  readonly cpu?: number;
  readonly persistence: {
    /**
     * Volume, at least as large as `memory`. It can't be changed afterwards: grow the claim itself (`kubectl edit pvc`),
     * then this.
     */
    readonly size: Memory;
    /** Class of the volume. Default: the cluster's own. */
    readonly storageClass?: string;
  };
  /** What its passwords are kept in. */
  readonly vault: SecretVault;
  /** Default: nobody renews the passwords by schedule. A new one restarts the database, and whoever calls it. */
  readonly rotation?: Rotation;
  /** Database of the system. Default: the system's name. */
  readonly database?: string;
  /** Name under which the system's services sign in. Default `"app"`. Changing it makes another user, and leaves the old. */
  readonly user?: string;
  /** Default `"8.0"`. One step at a time: MongoDB opens the files of the version before, and of no other. */
  readonly version?: "7.0" | "8.0";
  /** Image, such as a mirror's. Default: the official one of that version. */
  readonly image?: pulumi.Input<string>;
  /** Port that it listens on. Default 27017. */
  readonly port?: number;
}

/** User and group of the official image. */
const USER = 999;

/** Who administers it: backups, restores. */
const ADMIN = "admin";

function mongoProblems(args: MongoArgs, database: string, user: string): string[] {
  const { memory, cpu = 0.25, port = 27_017, persistence } = args;
  const { size: storage, storageClass } = persistence;
  return [
    ...storeProblems(args.service, port, { memory, cpu, storage, storageClass }, LEAST_MONGO_MEMORY, {
      storage: "persistence.size",
    }),
    ...(/^[A-Za-z][A-Za-z0-9_-]{0,37}$/.test(database) && !["admin", "config", "local"].includes(database)
      ? []
      : [
          `database: "${database}" must be 1 to 38 letters, digits, "_" or "-", a letter first, and none of MongoDB's own (admin, config, local)`,
        ]),
    ...(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/.test(user) && user !== ADMIN
      ? []
      : [`user: "${user}" must be letters, digits, "_" or "-", a letter first, and not "${ADMIN}"`]),
  ];
}

/**
 * A MongoDB of one member: a fallback that takes what another store can't, not the only place of anything. It is no
 * replica set, so whoever connects says `retryWrites=false`, and there are no transactions.
 *
 * It is away while its pod starts again, one to two minutes where its node is gone. It has no backups; how long what it
 * keeps is kept is the application's to say, by a TTL index (OS-09). What must outlive a zone, or be restored to a moment,
 * belongs to an `AtlasCluster`.
 */
export class Mongo extends Component<object> implements Callee {
  readonly service: string;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Password of the system's services. */
  readonly password: Secret;
  /** Password of `admin`, for backups and restores. */
  readonly adminPassword: Secret;
  readonly destination: Destination;
  /**
   * Plain settings of a service that calls it: `MONGO_HOST`, `MONGO_PORT`, `MONGO_DATABASE`, `MONGO_USER`; it signs in with
   * `authSource=admin`. The password is not among them: name it among the service's `secrets`.
   */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;

  constructor(name: string, args: MongoArgs, options?: pulumi.ComponentResourceOptions) {
    // All that could be transformed or adopted is the store's.
    super("slipway:data:Mongo", name, { scope: args.scope }, options);
    const { scope, service, database = scope.system, user = "app", port = 27_017 } = args;
    refuse(name, mongoProblems(args, database, user));
    claimName(scope, "service", service);
    this.service = service;
    this.password = this.#secret(name, "password", args);
    this.adminPassword = this.#secret(name, "admin-password", args);
    const store = this.#store(name, args, port, [
      { name: ADMIN, password: secretPath(this.adminPassword.secretId), role: "root", database: "admin" },
      { name: user, password: secretPath(this.password.secretId), role: "readWrite", database },
    ]);
    this.host = store.host;
    this.port = pulumi.output(port);
    this.destination = store.destination;
    this.environment = {
      MONGO_HOST: this.host,
      MONGO_PORT: this.port.apply(String),
      MONGO_DATABASE: database,
      MONGO_USER: user,
    };
    this.registerOutputs({ host: this.host, port: this.port });
  }

  #secret(name: string, which: "password" | "admin-password", args: MongoArgs): Secret {
    const { scope, vault, service, rotation = { by: "whoever operates the database" } } = args;
    return new Secret(
      `${name}-${which}`,
      {
        scope,
        vault,
        secretId: `${service}-${which}`,
        source: { kind: "password", length: 40 },
        rotation,
      },
      { parent: this },
    );
  }

  #store(name: string, args: MongoArgs, port: number, users: readonly MongoUser[]): Store {
    const { scope, namespace, service, memory, persistence, transform, adopt } = args;
    const { cpu = 0.25, version = "8.0" } = args;
    const folders = { config: "/etc/mongo", data: "/data/db", scratch: "/tmp" };
    return new Store(
      `${name}-store`,
      {
        scope,
        namespace,
        service,
        secrets: [this.password, this.adminPassword],
        size: { memory, cpu, storage: persistence.size, storageClass: persistence.storageClass },
        facts: {
          image: args.image ?? `docker.io/library/mongo:${version}`,
          user: USER,
          port,
          command: ["sh", `${folders.config}/start.sh`],
          environment: planMongoEnvironment(folders),
          files: planMongoFiles(bytes(memory), port, users, folders),
          folders,
          scratch: { sizeLimit: "64Mi" },
          probes: planMongoProbes(port),
          graceSeconds: 60,
        },
        transform,
        adopt,
      },
      { parent: this },
    );
  }
}
