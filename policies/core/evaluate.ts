import { parts } from "./finding.ts";
import {
  appliesTo,
  type Finding,
  isResourcePolicy,
  isStackPolicy,
  type Level,
  type Pack,
  type Policy,
  type PolicyResource,
  type ResourcePolicy,
  type Severity,
  type Stack,
  type StackPolicy,
  type Subject,
  type UnknownHandling,
} from "./policy.ts";
import { Property } from "./property.ts";

/** One thing that a policy has to say about one resource. A resource that is as it should be has no result. */
export interface PolicyResult {
  readonly policy: string;
  readonly pack: string;
  /** The resource at fault; empty where a stack policy failed before it came to one. */
  readonly urn: string;
  /** `error`: the policy itself threw, which counts as a violation. */
  readonly status: "violation" | "not evaluated" | "error";
  readonly level: Level;
  readonly severity: Severity;
  /** Whether a deployment must stop. */
  readonly blocking: boolean;
  readonly message: string;
  /** The property at fault, where it is one. */
  readonly path?: string;
}

/** A resource whose properties are read with care. */
export function subjectOf({ props, ...resource }: PolicyResource): Subject {
  return { ...resource, props: new Property(props, "", resource.urn) };
}

/** The part of a stack that a stack policy looks at. */
export function stackOfSubjects(resources: readonly Subject[]): Stack {
  const byType = Map.groupBy(resources, (resource) => resource.type);
  return { resources, ofType: (type) => byType.get(type) ?? [] };
}

/**
 * Names the place in the code where an error came from, and the kind of error. Its own message is left out: it may
 * quote the value that the policy stumbled over, and that may be a secret.
 */
function failureMessage(policy: Policy, error: unknown): string {
  const kind = error instanceof Error ? error.name : typeof error;
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const place = /[\w.-]+\/[\w.-]+\.[cm]?[jt]s:\d+:\d+/.exec(stack)?.[0];
  return `the policy ${policy.id} itself failed with ${kind}${place === undefined ? "" : ` at ${place}`}, so nothing is known about this resource`;
}

/** A finding, or the policy's own failure, told apart. */
export type Outcome = Finding | { readonly status: "error"; readonly message: string };

/** Two parts of one check that read the same unknown say so once. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function guarded(policy: Policy, check: () => readonly Finding[]): readonly Outcome[] {
  try {
    return withoutRepeats(parts(check));
  } catch (error) {
    return [{ status: "error", message: failureMessage(policy, error) }];
  }
}

/** What a resource policy has to say about a resource. Never throws. */
export function checkResource(policy: ResourcePolicy, resource: Subject): readonly Outcome[] {
  return guarded(policy, () => policy.check(resource));
}

/** What a stack policy has to say about a stack. Never throws. */
export function checkStack(policy: StackPolicy, stack: Stack): readonly Outcome[] {
  return guarded(policy, () => policy.checkStack(stack));
}

/**
 * Runs packs over resources in this process, without the engine and without the SDK. Pure, and linear in the resources.
 * @param options `unknown` overrides what each pack says about policies that can't be evaluated
 * @returns in the order of packs, then of policies, then of resources
 */
export function evaluate(
  packs: readonly Pack[],
  resources: readonly PolicyResource[],
  options: { readonly unknown?: UnknownHandling } = {},
): PolicyResult[] {
  const subjects = resources.map(subjectOf);
  const byType = Map.groupBy(subjects.keys(), (index) => (subjects[index] as Subject).type);
  const relevant = (policy: Policy): Subject[] =>
    [...byType]
      .flatMap(([type, indexes]) => (appliesTo(policy, type) ? indexes : []))
      .sort((a, b) => a - b)
      .map((index) => subjects[index] as Subject);

  return packs.flatMap((pack) =>
    pack.policies.flatMap((policy) => {
      const chosen = relevant(policy);
      if (chosen.length === 0) return [];
      const result = (outcome: Outcome, urn: string) => resultOf(pack, policy, outcome, urn, options.unknown);
      return [
        ...(isResourcePolicy(policy)
          ? chosen.flatMap((one) => checkResource(policy, one).map((outcome) => result(outcome, one.urn)))
          : []),
        ...(isStackPolicy(policy)
          ? checkStack(policy, stackOfSubjects(chosen)).map((outcome) => result(outcome, ""))
          : []),
      ];
    }),
  );
}

function resultOf(
  pack: Pack,
  policy: Policy,
  outcome: Outcome,
  urn: string,
  unknown: UnknownHandling = pack.unknown ?? "report",
): PolicyResult {
  const status = outcome.status ?? "violation";
  const finding = status === "error" ? undefined : (outcome as Finding);
  const level = finding?.level ?? policy.level;
  return {
    policy: policy.id,
    pack: pack.name,
    urn: finding?.urn ?? urn,
    status,
    level,
    severity: policy.severity,
    blocking: level === "mandatory" && (status !== "not evaluated" || unknown === "block"),
    message: outcome.message,
    ...(finding?.path === undefined ? {} : { path: finding.path }),
  };
}
