import { z } from "zod";
import { EXEMPTION_POLICY } from "../../policies/core/exemptions.ts";
import { FRAMEWORKS } from "../../policies/core/frameworks.ts";
import { isResourcePolicy, isStackPolicy, type Pack, type Policy } from "../../policies/core/policy.ts";
import { NO_SETTINGS, type PolicySettings } from "../../policies/core/settings.ts";
import { policyFacts } from "../plan/judge.ts";
import type { PolicyFacts } from "../plan/result.ts";

/** Something that a stack may set for a policy. */
export interface ListedSetting {
  readonly name: string;
  readonly description: string;
  /** As JSON Schema, without description and default. */
  readonly takes: object;
  readonly default: unknown;
}

/** All that a policy says of itself, as data. */
export interface ListedPolicy extends PolicyFacts {
  /** Tokens of the resource types that it looks at, or the pattern that they have. */
  readonly types: readonly string[];
  /** When it looks: at a resource before it changes, or at the stack as a whole. */
  readonly looksAt: readonly ("resource" | "stack")[];
  readonly settings: readonly ListedSetting[];
  /** Whether it can mend what it finds, where a stack asks for it. */
  readonly mends: boolean;
}

function settingsOf({ settings }: Pick<Policy, "settings">): ListedSetting[] {
  if (settings === undefined) return [];
  const { properties = {} } = z.toJSONSchema(settings, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => {
    const { description = "", default: value, ...takes } = schema as z.core.JSONSchema.JSONSchema;
    return { name, description, takes, default: value };
  });
}

/** What is said of exemptions themselves, as a pack beside the others: results name it. */
const EXEMPTIONS: Pack = {
  name: "exemptions",
  description: "What is said of exemptions themselves, whatever they are from.",
  policies: [{ ...EXEMPTION_POLICY, types: [], checkStack: () => [] }],
};

/** The packs as they are listed: with what is said of exemptions last. */
export function listedPacks(packs: readonly Pack[]): readonly Pack[] {
  return [...packs, EXEMPTIONS];
}

/** Every policy of packs as data, in their order. @param settings what a stack says of them; default: nothing */
export function listedPolicies(
  packs: readonly Pack[],
  settings: PolicySettings = NO_SETTINGS,
): ListedPolicy[] {
  const policies = packs.flatMap((pack) => pack.policies);
  const facts = policyFacts(packs, { ...settings, exemptions: [] });
  return policies.map((policy, index) => ({
    ...(facts[index] as PolicyFacts),
    types: Array.isArray(policy.types) ? policy.types : [String(policy.types)],
    looksAt: [
      ...(isResourcePolicy(policy) ? (["resource"] as const) : []),
      ...(isStackPolicy(policy) ? (["stack"] as const) : []),
    ],
    settings: settingsOf(policy),
    mends: policy.remediate !== undefined,
  }));
}

/** A framework that policies name controls of, and those that this one names. */
export interface NamedControls {
  readonly name: keyof typeof FRAMEWORKS;
  readonly title: string;
  readonly edition: string;
  readonly url: string;
  readonly controls: readonly string[];
}

/** The controls that a policy speaks for, in the order of frameworks. */
export function controlsOf({ frameworks }: Pick<ListedPolicy, "frameworks">): NamedControls[] {
  return (Object.keys(FRAMEWORKS) as (keyof typeof FRAMEWORKS)[]).flatMap((name) => {
    const { title, edition, url } = FRAMEWORKS[name];
    const controls = frameworks[name] ?? [];
    return controls.length === 0 ? [] : [{ name, title, edition, url, controls }];
  });
}
