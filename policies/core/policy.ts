import type { z } from "zod";
import type { Controls } from "./frameworks.ts";
import type { Property } from "./property.ts";

/** What a finding does to a deployment: `mandatory` stops it, `advisory` is shown. */
export type Level = "mandatory" | "advisory";

/** What a stack may have done with a policy: its findings stop a deployment, are shown, are mended where that is safe, or it is not asked. */
export type Enforcement = Level | "remediate" | "disabled";

/** How bad it is, in CrossGuard's own scale. */
export type Severity = "low" | "medium" | "high" | "critical";

/** What a pack does about a policy that could not be evaluated: show it, or stop the deployment as a violation would. */
export type UnknownHandling = "report" | "block";

/**
 * Begins the message of a policy that could not be evaluated, after the policy's title, where a message is all there is:
 * in the engine's events. Readers of events look for it.
 */
export const NOT_EVALUATED = "not evaluated: ";

/** Begins the message of a finding that an exemption lets through, likewise. */
export const EXEMPTED = "exempted: ";

/** A resource as it is handed to the packs: by the engine, or by the planner that runs in-process. */
export interface PolicyResource {
  readonly urn: string;
  /** Pulumi's token, such as `gcp:cloudrunv2/service:Service`. */
  readonly type: string;
  readonly name: string;
  /** Plain JSON; `unknownValue` stands where a value is not known yet. */
  readonly props: unknown;
  /** URN of the parent. */
  readonly parent?: string | undefined;
  /** URNs of what it depends on. */
  readonly dependencies?: readonly string[] | undefined;
  /** URNs that each top-level property's value was made from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly opts?: { readonly protect?: boolean | undefined } | undefined;
}

/** A resource as policies read it. */
export interface Subject extends Omit<PolicyResource, "props"> {
  readonly props: Property;
}

/** All resources of a stack that a stack policy asked for, in the order given. */
export interface Stack {
  readonly resources: readonly Subject[];
  /** Those of one type. */
  ofType(type: string): readonly Subject[];
}

/** What a policy found. */
export interface Finding {
  /** `not evaluated` where a value it needs is not known before deployment. Default `violation`. */
  readonly status?: "violation" | "not evaluated";
  /** What is wrong, naming the property. Never quotes a value that may be a secret. */
  readonly message: string;
  /** The property at fault, such as `template.containers[0].envs[3]`. */
  readonly path?: string;
  /** The resource at fault, where it is not the one looked at. */
  readonly urn?: string;
  /** Lowers the policy's own level for this finding, such as outside production. */
  readonly level?: "advisory";
}

/** What a policy is told besides what it looks at. */
export interface Context {
  /** The day of the judgement, ISO 8601 in UTC. */
  readonly today: string;
  /** What the stack sets for this policy. @param schema the policy's own `settings` */
  settings<Schema extends z.ZodObject>(schema: Schema): z.output<Schema>;
}

/** How a resource that complies is written, with nothing beside the point. */
export type Example = { readonly yaml: string } | { readonly typescript: string };

/** A resource's properties as plain JSON, in a copy that may be changed. */
export type Props = Record<string, unknown>;

interface PolicyFacts {
  /** Unique over all packs; lower case, words joined by `-`. */
  readonly id: string;
  /** What must hold, in one sentence. */
  readonly title: string;
  readonly severity: Severity;
  readonly level: Level;
  /** What goes wrong where it does not hold. */
  readonly why: string;
  /** How to make it hold. */
  readonly fix: string;
  /** And what that looks like. */
  readonly example?: Example;
  /** Controls of published frameworks that it speaks for. */
  readonly frameworks?: Controls;
  /** What a stack may set: a strict object whose every key has a description and a default. */
  readonly settings?: z.ZodObject;
  /**
   * Gives the properties that comply, where adding them can break nothing; undefined where they do already, or where it
   * can't be told. Done only where a stack asks for it (`enforcement: remediate`). It may change its argument.
   */
  readonly remediate?: (props: Props, type: string, context: Context) => Props | undefined;
  /** Ids of the requirements that it enforces. */
  readonly requirements?: readonly string[];
  /** Resource types that it looks at: tokens, or a pattern over tokens. */
  readonly types: readonly string[] | RegExp;
}

/** Looks at one resource at a time, before it is changed: it stops an `up` in time. */
export interface ResourcePolicy extends PolicyFacts {
  readonly check: (resource: Subject, context: Context) => readonly Finding[];
}

/** Looks at the whole stack. The engine runs it after an `up`'s changes: it gates only a preview. */
export interface StackPolicy extends PolicyFacts {
  readonly checkStack: (stack: Stack, context: Context) => readonly Finding[];
}

/**
 * One rule, as data: see CONTRIBUTING for how to add one. It may be of both kinds: then each sees every resource of `types`,
 * and looks at those that it is for.
 */
export type Policy = ResourcePolicy | StackPolicy | (ResourcePolicy & StackPolicy);

/** Policies that are served together. */
export interface Pack {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly policies: readonly Policy[];
  /** Default `report`. */
  readonly unknown?: UnknownHandling;
}

/** Whether a policy looks at resources of this type. */
export function appliesTo(policy: Policy, type: string): boolean {
  return Array.isArray(policy.types) ? policy.types.includes(type) : (policy.types as RegExp).test(type);
}

/** Whether a policy looks at single resources. */
export function isResourcePolicy(policy: Policy): policy is ResourcePolicy {
  return "check" in policy;
}

/** Whether a policy looks at the stack as a whole. */
export function isStackPolicy(policy: Policy): policy is StackPolicy {
  return "checkStack" in policy;
}
