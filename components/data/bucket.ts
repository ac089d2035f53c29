import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import { isProduction, labels } from "../scope.ts";
import { EncryptionKey } from "../secrets/encryption-key.ts";
import { DAY, type Duration, seconds } from "../units.ts";

interface Children {
  bucket: gcp.storage.BucketArgs;
  member: gcp.storage.BucketIAMMemberArgs;
}

/** One region, or two of the same continent that hold the same objects. */
export type BucketLocation =
  | { readonly kind: "region"; readonly region: string }
  | { readonly kind: "dualRegion"; readonly regions: readonly [string, string] };

/** A bucket that nobody outside can see. */
export interface BucketArgs extends ComponentArgs<Children> {
  /** Changing it replaces the bucket: its objects have to be moved first. */
  readonly location: BucketLocation;
  /** Newest versions of an object that are kept; older ones are removed. */
  readonly versions: number;
  /** Age after which objects move to Coldline. Default: never. */
  readonly coldlineAfter?: Duration;
}

const CONTINENTS: Record<string, string> = { us: "US", europe: "EU", asia: "ASIA" };

/** The location that Cloud Storage names for both regions, such as `US`, and the KMS location beside it, such as `us`. */
function placement(location: BucketLocation): { location: string; kms: string; regions?: string[] } {
  if (location.kind === "region") return { location: location.region.toUpperCase(), kms: location.region };
  const continent = location.regions[0].split("-")[0] ?? "";
  return {
    location: CONTINENTS[continent] ?? continent.toUpperCase(),
    kms: continent,
    regions: location.regions.map((region) => region.toUpperCase()),
  };
}

/** Problems of a bucket's facts. */
export function bucketProblems({ location, versions, coldlineAfter }: Omit<BucketArgs, "scope">): string[] {
  const problems: string[] = [];
  if (!Number.isInteger(versions) || versions < 1)
    problems.push(`versions: ${versions} must be a whole number from 1`);
  if (coldlineAfter !== undefined && seconds(coldlineAfter) % DAY !== 0) {
    problems.push(`coldlineAfter: "${coldlineAfter}" must be whole days`);
  }
  if (location.kind === "dualRegion") {
    const [first, second] = location.regions;
    const continents = location.regions.map((region) => region.split("-")[0] ?? "");
    if (first === second) problems.push(`location.regions: "${first}" twice; name two regions`);
    if (continents[0] !== continents[1] || CONTINENTS[continents[0] ?? ""] === undefined) {
      problems.push(
        `location.regions: "${first}" and "${second}" must lie on one continent (${Object.keys(CONTINENTS).join(", ")})`,
      );
    }
  }
  return problems;
}

/** The bucket's arguments: versioned, private, uniform access, with the lifecycle that was declared. */
export function planBucket(args: BucketArgs, kmsKeyName: pulumi.Input<string>): gcp.storage.BucketArgs {
  const { location, regions } = placement(args.location);
  return {
    project: args.scope.project,
    location,
    ...(regions === undefined
      ? {}
      : { customPlacementConfig: { dataLocations: regions }, rpo: "ASYNC_TURBO" }),
    storageClass: "STANDARD",
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    versioning: { enabled: true },
    encryption: { defaultKmsKeyName: kmsKeyName },
    softDeletePolicy: { retentionDurationSeconds: 7 * DAY },
    lifecycleRules: [
      { action: { type: "Delete" }, condition: { numNewerVersions: args.versions, withState: "ARCHIVED" } },
      ...(args.coldlineAfter === undefined
        ? []
        : [
            {
              action: { type: "SetStorageClass", storageClass: "COLDLINE" },
              condition: { age: seconds(args.coldlineAfter) / DAY, matchesStorageClasses: ["STANDARD"] },
            },
          ]),
    ],
    forceDestroy: !isProduction(args.scope),
    labels: labels(args.scope),
  };
}

/** A versioned, private bucket, encrypted with a key of its own. Its name is given by Pulumi: names are global. */
export class Bucket extends Component<Children> {
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:data:Bucket", name, args, options);
    refuse(name, bucketProblems(args));
    const agent = pulumi
      .output(gcp.storage.getProjectServiceAccount({ project: args.scope.project }, { parent: this }))
      .apply(({ emailAddress }) => `serviceAccount:${emailAddress}`);
    const key = new EncryptionKey(
      `${name}-key`,
      { scope: args.scope, location: placement(args.location).kms, users: { storage: agent } },
      { parent: this },
    );
    const bucket = this.child("bucket", gcp.storage.Bucket, planBucket(args, key.id), {
      suffix: "",
      protect: isProduction(args.scope),
    });
    this.name = bucket.name;
    this.registerOutputs({ name: this.name });
  }

  /** Lets one identity read and write objects. @param user short name, unique among its users */
  allow(user: string, member: pulumi.Input<string>): void {
    this.child(
      "member",
      gcp.storage.BucketIAMMember,
      { bucket: this.name, role: "roles/storage.objectUser", member },
      { suffix: `user-${user}` },
    );
  }
}
