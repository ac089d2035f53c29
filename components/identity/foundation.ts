import * as gcp from "@pulumi/gcp";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component.ts";
import type { Scope } from "../scope.ts";

interface Children {
  api: gcp.projects.ServiceArgs;
  audit: gcp.projects.IAMAuditConfigArgs;
}

/**
 * Google Cloud APIs that the library's components call. Turning any on takes two that must be on already, by hand where
 * a project has neither: `gcloud services enable serviceusage.googleapis.com cloudresourcemanager.googleapis.com`.
 */
const APIS = [
  "artifactregistry",
  "cloudkms",
  "cloudresourcemanager",
  "cloudscheduler",
  "cloudtrace",
  "compute",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "pubsub",
  "run",
  "secretmanager",
  "storage",
  "sts",
] as const;

/** What a project needs before anything else: its APIs on, and every read of a secret, a key or an object in the audit log. */
export class Foundation extends Component<Children> {
  /** The scope whose components wait for this. */
  readonly ready: Scope;

  constructor(name: string, args: ComponentArgs<Children>, options?: ComponentResourceOptions) {
    super("slipway:identity:Foundation", name, args, options);
    const { project } = args.scope;
    const apis = APIS.map((api) =>
      this.child(
        "api",
        gcp.projects.Service,
        // Other things in the project may use them too: leaving must not turn them off.
        { project, service: `${api}.googleapis.com`, disableOnDestroy: false },
        { suffix: `api-${api}` },
      ),
    );
    for (const api of ["cloudkms", "secretmanager", "storage"]) {
      this.child(
        "audit",
        gcp.projects.IAMAuditConfig,
        {
          project,
          service: `${api}.googleapis.com`,
          auditLogConfigs: [{ logType: "DATA_READ" }, { logType: "DATA_WRITE" }, { logType: "ADMIN_READ" }],
        },
        // What is audited is written into the project's access policy, by the Resource Manager.
        { suffix: `audit-${api}`, dependsOn: apis },
      );
    }
    this.ready = { ...args.scope, foundations: apis };
    this.registerOutputs({});
  }
}
