import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { Namespace } from "../../components/kubernetes/namespace.ts";
import type { Scope } from "../../components/scope.ts";
import type { SecretVault } from "../../components/secrets/vault.ts";
import type { OnesourceEnvironment } from "./environments.ts";
import type { OnesourceSettings } from "./settings.ts";

/** What every part of ONESource is declared with. */
export interface Context {
  readonly scope: Scope;
  /** What this environment's facts are. */
  readonly facts: OnesourceEnvironment;
  /** What the stack says. */
  readonly settings: OnesourceSettings;
  readonly namespace: Namespace;
  readonly vault: SecretVault;
  /** Puts a component under the system. */
  readonly inside: ComponentResourceOptions;
}
