import * as mongodbatlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse, SlipwayError } from "../errors.ts";
import { atlasRegion, atlasRegions } from "../regions.ts";
import { isProduction, labels } from "../scope.ts";
import { EncryptionKey } from "../secrets/encryption-key.ts";
import {
  type BackupPlan,
  backupPlanProblems,
  type NormalizedBackupPlan,
  normalizeBackupPlan,
} from "./backup-plan.ts";

interface Children {
  project: mongodbatlas.ProjectArgs;
  cloudAccess: mongodbatlas.CloudProviderAccessSetupArgs;
  cloudAuthorization: mongodbatlas.CloudProviderAccessAuthorizationArgs;
  encryption: mongodbatlas.EncryptionAtRestArgs;
  cluster: mongodbatlas.AdvancedClusterArgs;
  schedule: mongodbatlas.CloudBackupScheduleArgs;
  access: mongodbatlas.ProjectIpAccessListArgs;
  password: random.RandomPasswordArgs;
  user: mongodbatlas.DatabaseUserArgs;
}

/** What a database user may do with the system's database. */
export type DatabaseRole = "read" | "readWrite";

/** A MongoDB Atlas cluster. */
export interface AtlasClusterArgs extends ComponentArgs<Children> {
  /** Atlas organization, 24 hexadecimal digits. Changing it replaces everything: the data has to be moved first. */
  readonly organization: string;
  /** Cluster tier. Backups of any moment need M10 or more. */
  readonly tier: "M10" | "M20" | "M30" | "M40";
  /** Nodes that hold the data and vote. */
  readonly nodes: 3 | 5 | 7;
  readonly backup: BackupPlan;
  /** Addresses that may connect, by what they are. */
  readonly access: Readonly<Record<string, pulumi.Input<string>>>;
  /** Name of the database. */
  readonly database: string;
  /** Users, by name. Their passwords are made by Pulumi and never printed. */
  readonly users: Readonly<Record<string, DatabaseRole>>;
}

function atlasProblems({ organization, scope }: AtlasClusterArgs, backup: NormalizedBackupPlan): string[] {
  return [
    ...(/^[0-9a-f]{24}$/.test(organization)
      ? []
      : [
          `organization: "${organization}" must be 24 hexadecimal digits; Atlas shows it under Organization Settings`,
        ]),
    ...(atlasRegion(scope.region) === undefined
      ? [
          `region: Atlas has no name for "${scope.region}" in components/regions.ts; it knows ${atlasRegions().join(", ")}`,
        ]
      : []),
    ...backupPlanProblems(backup),
  ];
}

/** The cluster's arguments: replica set of one region, our own key, TLS 1.2, continuous backup where the RPO needs it. */
function planCluster(
  args: AtlasClusterArgs,
  backup: NormalizedBackupPlan,
  projectId: pulumi.Input<string>,
): mongodbatlas.AdvancedClusterArgs {
  const protect = isProduction(args.scope);
  return {
    projectId,
    name: args.scope.system,
    clusterType: "REPLICASET",
    mongoDbMajorVersion: "8.0",
    backupEnabled: true,
    pitEnabled: backup.continuous,
    retainBackupsEnabled: protect,
    terminationProtectionEnabled: protect,
    encryptionAtRestProvider: "GCP",
    redactClientLogData: true,
    advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_2", javascriptEnabled: false },
    replicationSpecs: [
      {
        regionConfigs: [
          {
            providerName: "GCP",
            regionName: atlasRegion(args.scope.region) as string,
            priority: 7,
            electableSpecs: { instanceSize: args.tier, nodeCount: args.nodes },
          },
        ],
      },
    ],
    tags: {
      ...labels(args.scope),
      "rpo-minutes": String(backup.rpoMinutes),
      "rto-minutes": String(backup.rtoMinutes),
    },
  };
}

/** Snapshots as declared; less frequent items are kept at least as long as more frequent ones, which Atlas demands. */
export function planSchedule(
  backup: NormalizedBackupPlan,
): Omit<mongodbatlas.CloudBackupScheduleArgs, "projectId" | "clusterName"> {
  return {
    restoreWindowDays: backup.restoreWindowDays,
    referenceHourOfDay: 3,
    referenceMinuteOfHour: 0,
    policyItemHourly: {
      frequencyInterval: backup.snapshotHours,
      retentionUnit: "days",
      retentionValue: backup.keepDays,
    },
  };
}

/**
 * A replica set with snapshots, the restore of any moment, an access list, and users whose passwords nobody sees. Disks
 * and snapshots are encrypted with a Cloud KMS key of the system's own, on top of Google's: who disables its versions
 * makes the data unreadable, for Atlas too. Another region brings another key: snapshots under the old one go with it.
 */
export class AtlasCluster extends Component<Children> {
  readonly clusterName: pulumi.Output<string>;
  readonly #name: string;
  readonly #host: pulumi.Output<string>;
  readonly #passwords = new Map<string, pulumi.Output<string>>();
  readonly #database: string;
  readonly #ready: pulumi.Output<unknown>;

  constructor(name: string, args: AtlasClusterArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:data:AtlasCluster", name, args, options);
    const backup = normalizeBackupPlan(args.backup);
    refuse(name, atlasProblems(args, backup));
    this.#name = name;
    const protect = isProduction(args.scope);
    const project = this.child(
      "project",
      mongodbatlas.Project,
      {
        orgId: args.organization,
        name: `${args.scope.system}-${args.scope.environment}`,
        tags: labels(args.scope),
      },
      { protect },
    );
    const cluster = this.child(
      "cluster",
      mongodbatlas.AdvancedCluster,
      planCluster(args, backup, project.id),
      // Nothing in its arguments comes of the key, which must be there first and go last.
      { suffix: "", protect, dependsOn: [this.#encryption(name, args, project.id)] },
    );
    const schedule = this.child("schedule", mongodbatlas.CloudBackupSchedule, {
      projectId: project.id,
      clusterName: cluster.name,
      ...planSchedule(backup),
    });
    const access = Object.entries(args.access).map(([what, ipAddress]) =>
      this.child(
        "access",
        mongodbatlas.ProjectIpAccessList,
        { projectId: project.id, ipAddress, comment: what },
        { suffix: `access-${what}` },
      ),
    );
    this.#database = args.database;
    const users = this.#users(args, project.id, cluster.name);
    this.clusterName = cluster.name;
    this.#host = cluster.connectionStrings.apply(({ standardSrv }) =>
      standardSrv.replace(/^mongodb\+srv:\/\//, ""),
    );
    // Whoever holds a connection string must also be known there and be let in.
    this.#ready = pulumi.all([schedule, ...access, ...users].map(({ id }) => id));
    this.registerOutputs({ clusterName: this.clusterName });
  }

  /**
   * Gives the Atlas project a key of our own. Atlas signs in with a service account that it keeps for this project: no
   * key of an account leaves Google Cloud.
   */
  #encryption(
    name: string,
    { scope }: AtlasClusterArgs,
    projectId: pulumi.Output<string>,
  ): mongodbatlas.EncryptionAtRest {
    const protect = isProduction(scope);
    const access = this.child(
      "cloudAccess",
      mongodbatlas.CloudProviderAccessSetup,
      { projectId, providerName: "GCP" },
      // The provider would take a new project for an update, and do nothing.
      { suffix: "cloud-access", replaceOnChanges: ["projectId"], protect },
    );
    const { roleId, gcps } = this.child(
      "cloudAuthorization",
      mongodbatlas.CloudProviderAccessAuthorization,
      { projectId, roleId: access.roleId },
      { suffix: "cloud-authorization" },
    );
    const atlas = gcps.apply(([account]) => {
      if (account !== undefined) return `serviceAccount:${account.serviceAccountForAtlas}`;
      throw new SlipwayError(name, [
        "Atlas names no service account for its role on Google Cloud; run `slipway refresh`, then try again",
      ]);
    });
    const key = new EncryptionKey(
      `${name}-key`,
      // Atlas reads the version that it is given before it encrypts with it.
      { scope, location: scope.region, users: { atlas }, viewers: { atlas } },
      { parent: this },
    );
    return this.child(
      "encryption",
      mongodbatlas.EncryptionAtRest,
      {
        projectId,
        // Atlas wants one version by name, and never moves on by itself. This follows the key: KMS rotates, a refresh
        // sees the new primary, and the next `up` hands it to Atlas, once per rotation. Between them there is no
        // difference, and older versions go on decrypting. Pinned, the rotation would never reach the database.
        googleCloudKmsConfig: { enabled: true, keyVersionResourceId: key.primaryVersion(), roleId },
      },
      { protect },
    );
  }

  #users(
    { users, database }: AtlasClusterArgs,
    projectId: pulumi.Output<string>,
    cluster: pulumi.Output<string>,
  ): mongodbatlas.DatabaseUser[] {
    return Object.entries(users).map(([username, roleName]) => {
      const password = this.child(
        "password",
        random.RandomPassword,
        // Letters and digits only: it goes into a connection string as it is.
        { length: 40, special: false },
        { suffix: `password-${username}` },
      ).result;
      this.#passwords.set(username, password);
      return this.child(
        "user",
        mongodbatlas.DatabaseUser,
        {
          projectId,
          username,
          password,
          authDatabaseName: "admin",
          roles: [{ roleName, databaseName: database }],
          scopes: [{ name: cluster, type: "CLUSTER" }],
        },
        { suffix: `user-${username}` },
      );
    });
  }

  /**
   * Connection string of one user; always a Pulumi secret. Resolves once the users are there and may connect.
   * @throws SlipwayError where no such user was declared
   */
  connectionString(username: string): pulumi.Output<string> {
    const password = this.#passwords.get(username);
    if (password === undefined) {
      const declared = [...this.#passwords.keys()].join(", ") || "none";
      throw new SlipwayError(this.#name, [
        `users: there is no "${username}". Declared: ${declared}. Declare it, or use one of those.`,
      ]);
    }
    const host = pulumi.all([this.#host, this.#ready]).apply(([name]) => name);
    return pulumi.secret(
      pulumi.interpolate`mongodb+srv://${username}:${password}@${host}/${this.#database}?retryWrites=true&w=majority`,
    );
  }
}
