import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { Namespace } from "../../components/kubernetes/namespace.ts";
import type { Scope } from "../../components/scope.ts";
import type { EthixaiEnvironment } from "./environments.ts";
import type { EthixaiSettings } from "./settings.ts";

/** Second region: object storage is held there too (EA-05), and the fallback copies of secrets (EA-06). */
export const SECOND_REGION = "us-west2";

/** What every part of EthixAI is declared with. */
export interface Context {
  readonly scope: Scope;
  /** What this environment's facts are. */
  readonly facts: EthixaiEnvironment;
  /** What the stack says. */
  readonly settings: EthixaiSettings;
  /** Where its services run on Kubernetes; undefined on Cloud Run. */
  readonly namespace: Namespace | undefined;
  /** Puts a component under the system. */
  readonly inside: ComponentResourceOptions;
}
