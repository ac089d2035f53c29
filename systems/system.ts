import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Ledger } from "../components/release/ledger.ts";
import type { Environment } from "../components/scope.ts";

/** What a stack says of every system it holds. */
export interface StackFacts {
  readonly environment: Environment;
  readonly region: string;
  /** Context of the kubeconfig that names the stack's cluster, if it says one. */
  readonly context?: string | undefined;
  /** What its ledger says, if it names one. */
  readonly ledger?: Ledger | undefined;
  /** Address or folder of the runbooks' pages, if it says one. */
  readonly runbooks?: string | undefined;
}

/** One system: what a stack file may say of it, and what it declares. */
export interface System<Settings = unknown> {
  /** Schema of `slipway:stack.systems.<name>`; unknown keys are errors. */
  settings(environment: Environment): z.ZodType<Settings>;
  /** Registers everything, and gives what a person wants to know of it. */
  declare(stack: StackFacts, settings: Settings): Record<string, pulumi.Input<unknown>>;
}
