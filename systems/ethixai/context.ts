import type { ComponentResourceOptions } from "@pulumi/pulumi";
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
  /** Puts a component under the system. */
  readonly inside: ComponentResourceOptions;
}
