import type { Input } from "@pulumi/pulumi";
import type { MeasuredService } from "../../objectives/measured-service.ts";
import type { ReleasePlan } from "../plan.ts";
import type { EngineSurroundings } from "./surroundings.ts";

/** What a plan is compiled from: all that is known of its service. */
export interface EngineFacts {
  readonly service: MeasuredService;
  readonly plan: ReleasePlan;
  readonly surroundings: EngineSurroundings;
  /** Name of the Deployment that says what a pod is, of its Service and of its autoscaler: one for all. */
  readonly name: string;
  /** Name of the candidate's Service. */
  readonly candidate: string;
  /** Address of the candidate's Service: `http://backend-candidate.shop.svc.cluster.local`. */
  readonly candidateUrl: string;
  /** Port of its Services. */
  readonly port: number;
  /** Revision that the Deployment declares, as the label `revision` of its series has it. */
  readonly revision: Input<string>;
  /** How long nothing may move before a version counts as stuck, in seconds. */
  readonly progressDeadlineSeconds: number;
}

/** One object of an engine. */
export interface EngineObject {
  /** Ends its logical name. */
  readonly suffix: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, Input<string>>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: object;
}

/** What an engine leaves of a plan, as an annotation of its main object says it. */
export const LEFT_OUT = "slipway.dev/left-out";
