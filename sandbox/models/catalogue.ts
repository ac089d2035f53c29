import { artifactRegistry } from "./gcp/artifactregistry.ts";
import { billing } from "./gcp/billing.ts";
import { cloudDeploy } from "./gcp/clouddeploy.ts";
import { cloudRun } from "./gcp/cloudrunv2.ts";
import { cloudRunJobs } from "./gcp/cloudrunv2-job.ts";
import { cloudScheduler } from "./gcp/cloudscheduler.ts";
import { computeEdge } from "./gcp/compute-edge.ts";
import { computeNetwork } from "./gcp/compute-network.ts";
import { iam } from "./gcp/iam.ts";
import { kms } from "./gcp/kms.ts";
import { monitoring } from "./gcp/monitoring.ts";
import { organizationFunctions } from "./gcp/organizations.ts";
import { projects } from "./gcp/projects.ts";
import { pubsub } from "./gcp/pubsub.ts";
import { redis } from "./gcp/redis.ts";
import { secretManager, secretManagerFunctions } from "./gcp/secretmanager.ts";
import { serviceAccounts } from "./gcp/serviceaccount.ts";
import { storage, storageFunctions } from "./gcp/storage.ts";
import { kubernetesFunctions } from "./kubernetes/functions.ts";
import { kubernetesModel } from "./kubernetes/model.ts";
import type { FunctionModel, ResourceModel } from "./model.ts";
import { mongodbAtlas } from "./mongodbatlas.ts";
import { random } from "./random.ts";
import { time } from "./time.ts";
import { tls } from "./tls.ts";
import { vercel } from "./vercel.ts";

const resources: readonly ResourceModel[] = [
  ...artifactRegistry,
  ...billing,
  ...cloudDeploy,
  ...cloudRun,
  ...cloudRunJobs,
  ...cloudScheduler,
  ...computeEdge,
  ...computeNetwork,
  ...iam,
  ...kms,
  ...monitoring,
  ...projects,
  ...pubsub,
  ...redis,
  ...secretManager,
  ...serviceAccounts,
  ...storage,
  ...mongodbAtlas,
  ...random,
  ...time,
  ...tls,
  ...vercel,
];

const functions: readonly FunctionModel[] = [
  ...kubernetesFunctions,
  ...organizationFunctions,
  ...secretManagerFunctions,
  ...storageFunctions,
];

/** Every resource type that the sandbox knows, by token. A new type is a model in a table; a new table is a line here. */
export const resourceModels: ReadonlyMap<string, ResourceModel> = new Map(
  resources.map((model) => [model.token, model]),
);

/** Every provider function that the sandbox knows, by token. */
export const functionModels: ReadonlyMap<string, FunctionModel> = new Map(
  functions.map((model) => [model.token, model]),
);

/** The model that a package has for any of its types, where it needs none of its own. */
export function packageModel(token: string): ResourceModel | undefined {
  return kubernetesModel(token);
}
