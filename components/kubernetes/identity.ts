import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import { distinctSecrets, secretFolder } from "../secrets/mount.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Namespace } from "./namespace.ts";

/** A custom resource's arguments: what its definition in the cluster takes. */
export type CustomResourceArgs = k8s.apiextensions.CustomResourceArgs;

interface Children {
  account: gcp.serviceaccount.AccountArgs;
  signer: gcp.serviceaccount.IAMMemberArgs;
  trust: gcp.serviceaccount.IAMMemberArgs;
  serviceAccount: k8s.core.v1.ServiceAccountArgs;
  secretStore: CustomResourceArgs;
  externalSecret: CustomResourceArgs;
}

/** Who a workload's pods are, and which secrets they may read. */
export interface IdentityArgs extends ComponentArgs<Children> {
  readonly namespace: Namespace;
  readonly workload: string;
  /** Secrets that its pods mount. */
  readonly secrets: readonly Secret[];
  /** Whether its pods call Google's APIs as themselves. Default false. */
  readonly usesGoogle?: boolean;
  /** Whether it signs as itself; see `ServiceArgs.signs`. Default false. */
  readonly signs?: boolean;
}

/**
 * A workload's own identity: a service account of Kubernetes and, where it reads secrets or calls Google's APIs, one of
 * Google Cloud that stands for it (Workload Identity: no key exists). Each secret is brought by the External Secrets
 * operator under a name that holds its version, so that pods of two revisions never share a value that changes.
 */
export class Identity extends Component<Children> {
  readonly serviceAccount: pulumi.Output<string>;
  /** `serviceAccount:…` in Google Cloud, for granting it things; undefined where it has nothing to do there. */
  readonly member: pulumi.Output<string> | undefined;
  /** Name of that account's resource; see {@link Identity.member}. */
  readonly accountName: pulumi.Output<string> | undefined;
  /** What a pod mounts. */
  readonly volumes: k8s.types.input.core.v1.Volume[] = [];
  readonly volumeMounts: k8s.types.input.core.v1.VolumeMount[] = [];
  readonly #args: IdentityArgs;

  constructor(name: string, args: IdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super("slipway:kubernetes:Identity", name, args, options);
    this.#args = args;
    const { namespace, workload } = args;
    const secrets = distinctSecrets(args.secrets);
    const google = secrets.length > 0 || args.usesGoogle === true || args.signs === true;
    const account = google ? this.#account() : undefined;
    this.member = account?.member;
    this.accountName = account?.name;
    const serviceAccount = this.child(
      "serviceAccount",
      k8s.core.v1.ServiceAccount,
      {
        metadata: {
          ...namespace.metadata(workload, workload),
          ...(account === undefined
            ? {}
            : { annotations: { "iam.gke.io/gcp-service-account": account.email } }),
        },
        automountServiceAccountToken: false,
      },
      { suffix: "service-account" },
    );
    this.serviceAccount = serviceAccount.metadata.name;
    if (secrets.length > 0 && account !== undefined) this.#mount(secrets, account);
    this.registerOutputs({ serviceAccount: this.serviceAccount });
  }

  #account(): gcp.serviceaccount.Account {
    const { project, system } = this.scope;
    const { namespace, workload, signs } = this.#args;
    const account = this.child("account", gcp.serviceaccount.Account, {
      project,
      accountId: `svc-${workload}`,
      displayName: `${system} ${workload}`,
    });
    this.child("trust", gcp.serviceaccount.IAMMember, {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      member: `serviceAccount:${namespace.identityPool}[${namespace.namespace}/${workload}]`,
    });
    if (signs === true) {
      this.child("signer", gcp.serviceaccount.IAMMember, {
        serviceAccountId: account.name,
        role: "roles/iam.serviceAccountTokenCreator",
        member: account.member,
      });
    }
    return account;
  }

  /** The store that reads as this workload and as nobody else, and what it brings. */
  #mount(secrets: readonly Secret[], account: gcp.serviceaccount.Account): void {
    const { namespace, workload } = this.#args;
    const auth = { workloadIdentity: { serviceAccountRef: { name: this.serviceAccount } } };
    const store = this.child(
      "secretStore",
      k8s.apiextensions.CustomResource,
      {
        apiVersion: "external-secrets.io/v1",
        kind: "SecretStore",
        metadata: namespace.metadata(workload, workload),
        spec: { provider: { gcpsm: { projectID: this.scope.project, auth } } },
      },
      { suffix: "secret-store" },
    );
    for (const secret of secrets) {
      const mounted = this.#bring(secret, store, secret.allow(workload, account.member));
      this.volumes.push({
        name: secret.secretId,
        secret: { secretName: mounted, defaultMode: 0o440, items: [{ key: "value", path: "value" }] },
      });
      this.volumeMounts.push({
        name: secret.secretId,
        mountPath: secretFolder(secret.secretId),
        readOnly: true,
      });
    }
  }

  /** One version of a secret, as an object that never changes. Gives the object's name, once it is there. */
  #bring(secret: Secret, store: pulumi.Resource, allowed: pulumi.Resource): pulumi.Output<string> {
    const { namespace, workload } = this.#args;
    const name = pulumi.interpolate`${workload}-${secret.secretId}-v${secret.version}`;
    const brought = this.child(
      "externalSecret",
      k8s.apiextensions.CustomResource,
      {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: {
          ...namespace.metadata(workload, workload),
          name,
          // Pods that need it are made once it is there.
          annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
          refreshPolicy: "CreatedOnce",
          secretStoreRef: { kind: "SecretStore", name: workload },
          target: { name, creationPolicy: "Owner", immutable: true },
          data: [{ secretKey: "value", remoteRef: { key: secret.secretId, version: secret.version } }],
        },
      },
      { suffix: secret.secretId, dependsOn: [store, allowed] },
    );
    return brought.metadata.name;
  }
}
