import {
  type PolicyResource as EngineResource,
  type Policies,
  type ReportViolation,
  type ResourceValidation,
  type StackValidation,
  UnknownValueError,
} from "@pulumi/policy";
import { z } from "zod";
import {
  checkResource,
  checkStack,
  type Outcome,
  stackOfSubjects,
  subjectOf,
  todayInUtc,
} from "./evaluate.ts";
import {
  appliesTo,
  type Context,
  isResourcePolicy,
  isStackPolicy,
  NOT_EVALUATED,
  type Policy,
  type ResourcePolicy,
  type StackPolicy,
  type UnknownHandling,
} from "./policy.ts";
import { contextOf } from "./settings.ts";
import { unknownValue } from "./unknown.ts";

/**
 * A plain copy of what the SDK hands to a policy, with the markers for unknowns back in it. The SDK's proxy throws on
 * reading an unknown, and its server then turns the whole policy into advisory: a copy lets the policy judge what is
 * known, and say itself what is not.
 */
export function plainCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const member = (key: string | number): unknown => {
    try {
      return plainCopy((value as Record<string | number, unknown>)[key]);
    } catch (error) {
      if (error instanceof UnknownValueError) return unknownValue;
      throw error;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => member(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, member(key)]));
}

/**
 * What the SDK's server takes besides a text: a finding with a level of its own. Its types do not say so;
 * `test/engine/packs.test.ts` holds it to it. An SDK that stopped taking it would block, not pass.
 */
interface DetailedViolation {
  readonly message: string;
  readonly urn?: string;
  readonly enforcementLevel: "advisory";
  readonly severity: Policy["severity"];
}

/** Whether an outcome is shown without stopping the deployment, whatever the policy's own level is. */
function isAdvisory(outcome: Outcome, unknown: UnknownHandling): boolean {
  if (outcome.status === "error") return false;
  return outcome.level === "advisory" || (outcome.status === "not evaluated" && unknown === "report");
}

function report(
  policy: Policy,
  unknown: UnknownHandling,
  outcome: Outcome,
  violation: ReportViolation,
): void {
  const urn = outcome.status === "error" || !outcome.urn ? undefined : outcome.urn;
  const message =
    outcome.status === "not evaluated"
      ? `${NOT_EVALUATED}${outcome.message}`
      : `${outcome.message}\nTo mend it: ${policy.fix}`;
  if (!isAdvisory(outcome, unknown)) {
    violation(message, urn);
    return;
  }
  const detailed: DetailedViolation = {
    message: `${policy.title}\n${message}`, // The SDK puts the title before plain texts only.
    enforcementLevel: "advisory",
    severity: policy.severity,
    ...(urn === undefined ? {} : { urn }),
  };
  violation(detailed as unknown as string);
}

/** A resource as the in-process runner takes it, with URNs in the place of the SDK's references. */
function plainResource(resource: EngineResource) {
  return {
    urn: resource.urn,
    type: resource.type,
    name: resource.name,
    props: plainCopy(resource.props),
    parent: resource.parent?.urn,
    dependencies: resource.dependencies.map(({ urn }) => urn),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([key, made]) => [key, made.map(({ urn }) => urn)]),
    ),
    opts: resource.opts,
  };
}

/**
 * A policy as Pulumi's policy SDK takes it: for a team that puts single policies of ours into a `PolicyPack` of its own. Its
 * settings are the policy's configuration there. It mends nothing: the SDK takes the marks of secrets off what a policy copies.
 * Exemptions are of packs that are served whole (`analyzer/serve.ts`).
 */
export function toCrossGuard(policy: Policy, unknown: UnknownHandling = "report"): Policies[number] {
  const facts = {
    name: policy.id,
    displayName: policy.title,
    description: policy.title,
    enforcementLevel: policy.level,
    severity: policy.severity,
    remediationSteps: policy.fix,
    ...(policy.requirements === undefined ? {} : { tags: [...policy.requirements] }),
  };
  return {
    ...facts,
    ...(policy.settings === undefined ? {} : { configSchema: { properties: schemaOf(policy.settings) } }),
    ...(isResourcePolicy(policy) ? { validateResource: resourceValidation(policy, unknown) } : {}),
    ...(isStackPolicy(policy) ? { validateStack: stackValidation(policy, unknown) } : {}),
  } as Policies[number]; // The SDK's server asks for each by itself; its types only know policies of one kind.
}

/** What a policy takes, as JSON Schema. */
function schemaOf(settings: z.ZodObject): Record<string, object> {
  const { properties = {} } = z.toJSONSchema(settings, { target: "draft-7", io: "input" });
  return properties as Record<string, object>;
}

/** What a policy is told in somebody else's pack. @throws ZodError where its configuration is not what it takes */
function contextFrom(policy: Policy, config: object): Context {
  const settings = policy.settings?.parse(config);
  return contextOf(policy, { settings: new Map(settings && [[policy.id, settings]]) }, todayInUtc());
}

function resourceValidation(policy: ResourcePolicy, unknown: UnknownHandling): ResourceValidation {
  return (args, violation) => {
    if (!appliesTo(policy, args.type))
      return args.notApplicable("it does not look at resources of this type");
    const { urn, type, name, opts } = args;
    const subject = subjectOf({ urn, type, name, opts, parent: opts.parent, props: plainCopy(args.props) });
    const context = contextFrom(policy, args.getConfig());
    for (const outcome of checkResource(policy, subject, context))
      report(policy, unknown, outcome, violation);
  };
}

function stackValidation(policy: StackPolicy, unknown: UnknownHandling): StackValidation {
  return (args, violation) => {
    const chosen = args.resources.filter(({ type }) => appliesTo(policy, type));
    if (chosen.length === 0) return args.notApplicable("there is no resource of a type that it looks at");
    const stack = stackOfSubjects(chosen.map(plainResource).map(subjectOf));
    const context = contextFrom(policy, args.getConfig());
    for (const outcome of checkStack(policy, stack, context)) report(policy, unknown, outcome, violation);
  };
}
