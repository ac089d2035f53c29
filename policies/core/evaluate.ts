import { EXEMPTION_POLICY, type ExemptedBy, Exemptions } from "./exemptions.ts";
import { parts } from "./finding.ts";
import {
  appliesTo,
  type Context,
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
import { contextOf, enforcementOf, NO_SETTINGS, type PolicySettings } from "./settings.ts";

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
  /** Who answers for it, where an exemption lets it through: then it does not block. */
  readonly exemption?: ExemptedBy;
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
type Outcome = Finding | { readonly status: "error"; readonly message: string };

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
function checkResource(policy: ResourcePolicy, resource: Subject, context: Context): readonly Outcome[] {
  return guarded(policy, () => policy.check(resource, context));
}

/** What a stack policy has to say about a stack. Never throws. */
function checkStack(policy: StackPolicy, stack: Stack, context: Context): readonly Outcome[] {
  return guarded(policy, () => policy.checkStack(stack, context));
}

/** Today, in UTC. */
export function todayInUtc(): string {
  return new Date().toISOString().slice(0, 10);
}

/** How a judgement is made. */
export interface EvaluateOptions {
  /** Overrides what the settings, and each pack, say about policies that can't be evaluated. */
  readonly unknown?: UnknownHandling;
  /** What the stack says of the packs. Default: nothing. */
  readonly settings?: PolicySettings;
  /** The day of the judgement, ISO 8601. Default: today, in UTC. */
  readonly today?: string;
}

/**
 * Runs packs over resources in this process, without the engine and without the SDK. Pure but for the day, and linear in the
 * resources. Mends nothing: see `remediated`.
 * @returns in the order of packs, then of policies, then of resources; what is wrong with exemptions comes last
 */
export function evaluate(
  packs: readonly Pack[],
  resources: readonly PolicyResource[],
  options: EvaluateOptions = {},
): PolicyResult[] {
  const { settings = NO_SETTINGS, today = todayInUtc() } = options;
  const exemptions = new Exemptions(settings.exemptions, today);
  const subjects = resources.map(subjectOf);
  const byType = Map.groupBy(subjects.keys(), (index) => (subjects[index] as Subject).type);
  const relevant = (policy: Policy): Subject[] =>
    [...byType]
      .flatMap(([type, indexes]) => (appliesTo(policy, type) ? indexes : []))
      .sort((a, b) => a - b)
      .map((index) => subjects[index] as Subject);

  const results = askedOf(packs, settings, today, options.unknown).flatMap((asked) => {
    const chosen = relevant(asked.policy);
    return [
      ...chosen.flatMap((one) => resourceResults(asked, one, exemptions)),
      ...stackResults(asked, chosen, exemptions),
    ];
  });
  return [...results, ...exemptionResults(exemptions)];
}

/** A policy as one judgement asks it. */
export interface Asked {
  readonly pack: Pack;
  readonly policy: Policy;
  readonly level: Level;
  readonly unknown: UnknownHandling;
  readonly context: Context;
}

/**
 * The policies of packs as one judgement asks them, in their order; what is turned off is not among them.
 * @param unknown overrides what the settings, and each pack, say
 */
export function askedOf(
  packs: readonly Pack[],
  settings: PolicySettings,
  today: string,
  unknown = settings.unknown,
): Asked[] {
  return packs.flatMap((pack) =>
    pack.policies.flatMap((policy) => {
      const enforcement = enforcementOf(settings, pack, policy);
      if (enforcement === "disabled") return [];
      return {
        pack,
        policy,
        level: enforcement === "advisory" ? "advisory" : "mandatory",
        unknown: unknown ?? pack.unknown ?? "report",
        context: contextOf(policy, settings, today),
      };
    }),
  );
}

/** What a policy says of one resource of its types; nothing where it looks at stacks alone. */
export function resourceResults(asked: Asked, resource: Subject, exemptions: Exemptions): PolicyResult[] {
  const { policy, context } = asked;
  if (!isResourcePolicy(policy)) return [];
  return checkResource(policy, resource, context).map((outcome) =>
    resultOf(asked, outcome, resource.urn, exemptions),
  );
}

/** What a policy says of a stack. @param chosen the stack's resources of its types; of none there is nothing to say */
export function stackResults(
  asked: Asked,
  chosen: readonly Subject[],
  exemptions: Exemptions,
): PolicyResult[] {
  const { policy, context } = asked;
  if (chosen.length === 0 || !isStackPolicy(policy)) return [];
  return checkStack(policy, stackOfSubjects(chosen), context).map((outcome) =>
    resultOf(asked, outcome, "", exemptions),
  );
}

/** What is wrong with exemptions, once everything was judged. */
export function exemptionResults(exemptions: Exemptions): PolicyResult[] {
  return exemptions.problems().map(exemptionResult);
}

function resultOf(asked: Asked, outcome: Outcome, subject: string, exemptions: Exemptions): PolicyResult {
  const { policy, pack } = asked;
  const status = outcome.status ?? "violation";
  const finding = status === "error" ? undefined : (outcome as Finding);
  const level = finding?.level ?? asked.level;
  const urn = finding?.urn ?? subject;
  // Of a policy that failed nothing is known, so nobody can answer for it.
  const exemption = finding && exemptions.for(policy.id, urn, finding.path);
  return {
    policy: policy.id,
    pack: pack.name,
    urn,
    status,
    level,
    severity: policy.severity,
    blocking:
      exemption === undefined &&
      level === "mandatory" &&
      (status !== "not evaluated" || asked.unknown === "block"),
    message: outcome.message,
    ...(finding?.path === undefined ? {} : { path: finding.path }),
    ...(exemption === undefined
      ? {}
      : { exemption: { owner: exemption.owner, reason: exemption.reason, until: exemption.until } }),
  };
}

function exemptionResult({ message, level }: ReturnType<Exemptions["problems"]>[number]): PolicyResult {
  return {
    policy: EXEMPTION_POLICY.id,
    pack: "exemptions",
    urn: "",
    status: "violation",
    level: level ?? EXEMPTION_POLICY.level,
    severity: EXEMPTION_POLICY.severity,
    blocking: level === undefined,
    message,
  };
}
