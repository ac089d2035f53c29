import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { labels } from "../scope.ts";
import { EncryptionKey } from "../secrets/encryption-key.ts";
import type { Secret } from "../secrets/secret.ts";

interface Children {
  repository: gcp.artifactregistry.RepositoryArgs;
  agent: gcp.projects.ServiceIdentityArgs;
  reader: gcp.artifactregistry.RepositoryIamMemberArgs;
}

/** Images that live elsewhere. */
export interface ImageMirrorArgs extends ComponentArgs<Children> {
  /** Registry that is mirrored, such as `https://ghcr.io`. */
  readonly upstream: string;
  /** Account that reads there, and its token. */
  readonly username: string;
  readonly token: Secret;
}

/**
 * An Artifact Registry repository that fetches from another registry and keeps what it fetched, under a key of its own: Cloud
 * Run reads no other. Another key replaces the repository, which is then filled anew.
 */
export class ImageMirror extends Component<Children> {
  /** What goes before an image's own name: `REGION-docker.pkg.dev/PROJECT/REPOSITORY`. */
  readonly prefix: pulumi.Output<string>;
  readonly #repositoryId: pulumi.Output<string>;

  constructor(name: string, args: ImageMirrorArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:service:ImageMirror", name, args, options);
    const { project, region } = args.scope;
    const agent = this.child("agent", gcp.projects.ServiceIdentity, {
      project,
      service: "artifactregistry.googleapis.com",
    });
    const access = args.token.allow("image-mirror", agent.member);
    const key = new EncryptionKey(
      `${name}-key`,
      { scope: args.scope, location: region, users: { registry: agent.member } },
      { parent: this },
    );
    const repository = this.child(
      "repository",
      gcp.artifactregistry.Repository,
      {
        project,
        location: region,
        repositoryId: "images",
        format: "DOCKER",
        mode: "REMOTE_REPOSITORY",
        kmsKeyName: key.id,
        remoteRepositoryConfig: {
          dockerRepository: { customRepository: { uri: args.upstream } },
          upstreamCredentials: {
            usernamePasswordCredentials: {
              username: args.username,
              passwordSecretVersion: pulumi.interpolate`projects/${project}/secrets/${args.token.secretId}/versions/${args.token.version}`,
            },
          },
        },
        labels: labels(args.scope),
      },
      { suffix: "", dependsOn: [access] },
    );
    this.#repositoryId = repository.repositoryId;
    this.prefix = pulumi.interpolate`${region}-docker.pkg.dev/${project}/${repository.repositoryId}`;
    this.registerOutputs({ prefix: this.prefix });
  }

  /**
   * Lets one identity read the images. What runs on Cloud Run in the same project needs no such grant; who deploys does.
   * @param reader short name, unique among its readers
   */
  allow(reader: string, member: pulumi.Input<string>): void {
    const { project, region: location } = this.scope;
    this.child(
      "reader",
      gcp.artifactregistry.RepositoryIamMember,
      { project, location, repository: this.#repositoryId, role: "roles/artifactregistry.reader", member },
      { suffix: `reader-${reader}` },
    );
  }
}
