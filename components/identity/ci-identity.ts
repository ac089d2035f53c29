import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { refuse } from "../errors.ts";
import type { ImageMirror } from "../service/image-mirror.ts";
import type { Service } from "../service/service.ts";

interface Children {
  pool: gcp.iam.WorkloadIdentityPoolArgs;
  provider: gcp.iam.WorkloadIdentityPoolProviderArgs;
  account: gcp.serviceaccount.AccountArgs;
  trust: gcp.serviceaccount.IAMMemberArgs;
  actAs: gcp.serviceaccount.IAMMemberArgs;
  deploy: gcp.cloudrunv2.ServiceIamMemberArgs;
}

/** Who deploys, from where. */
export interface CiIdentityArgs extends ComponentArgs<Children> {
  /** GitHub repository whose workflows may deploy, such as `"owner/name"`. */
  readonly repository: string;
  /** Branch or tag whose workflows may deploy. Default `"refs/heads/main"`. */
  readonly ref?: string;
  /** Services that it may release; those on Kubernetes by `Namespace.allowRelease`, which takes {@link CiIdentity.serviceAccount}. */
  readonly services: readonly Service[];
  /** Where those services' images come from: Cloud Run deploys only what the deployer may read. Default: nowhere of ours. */
  readonly images?: ImageMirror;
}

const ISSUER = "https://token.actions.githubusercontent.com";

function identityProblems({ repository, ref }: CiIdentityArgs): string[] {
  return [
    // Both go into a condition between quotes: nothing that could end one.
    ...(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/.test(repository)
      ? []
      : [`repository: "${repository}" must be "owner/name"`]),
    ...(ref === undefined || /^refs\/(heads|tags)\/[A-Za-z0-9._/-]+$/.test(ref)
      ? []
      : [`ref: "${ref}" must be a branch ("refs/heads/main") or a tag ("refs/tags/v1")`]),
  ];
}

/**
 * GitHub Actions' way in: workflows of one repository and ref exchange their OIDC token for a short-lived one. No key exists
 * that could be lost. It may release the services named, reading their images, and nothing else.
 */
export class CiIdentity extends Component<Children> {
  /** For `google-github-actions/auth`: `workload_identity_provider`. */
  readonly provider: pulumi.Output<string>;
  /** For `google-github-actions/auth`: `service_account`. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: CiIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:identity:CiIdentity", name, args, options);
    refuse(name, identityProblems(args));
    const { project } = args.scope;
    const pool = this.child("pool", gcp.iam.WorkloadIdentityPool, {
      project,
      workloadIdentityPoolId: "github-actions",
    });
    const provider = this.#trust(args, pool);
    const account = this.child("account", gcp.serviceaccount.Account, {
      project,
      accountId: "ci-deployer",
      displayName: "Releases from GitHub Actions",
    });
    this.child("trust", gcp.serviceaccount.IAMMember, {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      member: pulumi.interpolate`principalSet://iam.googleapis.com/${pool.name}/attribute.repository/${args.repository}`,
    });
    for (const service of args.services.filter(({ spec }) => spec.runtime === "cloud-run")) {
      this.#mayRelease(service, account.member);
    }
    args.images?.allow("ci", account.member);
    this.provider = provider.name;
    this.serviceAccount = account.email;
    this.registerOutputs({ provider: this.provider, serviceAccount: this.serviceAccount });
  }

  #trust({ repository, ref, scope }: CiIdentityArgs, pool: gcp.iam.WorkloadIdentityPool) {
    return this.child("provider", gcp.iam.WorkloadIdentityPoolProvider, {
      project: scope.project,
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: "github",
      attributeMapping: {
        "google.subject": "assertion.sub",
        "attribute.repository": "assertion.repository",
        "attribute.ref": "assertion.ref",
      },
      attributeCondition: `assertion.repository == "${repository}" && assertion.ref == "${ref ?? "refs/heads/main"}"`,
      oidc: { issuerUri: ISSUER },
    });
  }

  #mayRelease(service: Service, member: pulumi.Output<string>): void {
    this.child(
      "actAs",
      gcp.serviceaccount.IAMMember,
      { serviceAccountId: service.accountName, role: "roles/iam.serviceAccountUser", member },
      { suffix: `act-as-${service.service}` },
    );
    this.child(
      "deploy",
      gcp.cloudrunv2.ServiceIamMember,
      {
        project: this.scope.project,
        location: this.scope.region,
        name: service.deployedName,
        role: "roles/run.developer",
        member,
      },
      { suffix: `deploy-${service.service}` },
    );
  }
}
