import { z } from "zod";
import { dayAfter, type Exemption, exemptionSchema, LONGEST_EXEMPTION_DAYS } from "./exemptions.ts";
import type { Context, Enforcement, Pack, Policy, UnknownHandling } from "./policy.ts";
import { explained, type SettingsProblem, unknownName } from "./settings-problems.ts";

/** What a stack, or a file beside manifests, says of the packs. */
export interface PolicySettings {
  /** By policy, by pack, or for `all`; what is nearer to the policy counts. */
  readonly enforcement: Readonly<Record<string, Enforcement>>;
  /** What policies take, by policy: whole, with defaults. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Absent: as each pack says. */
  readonly unknown?: UnknownHandling;
  readonly exemptions: readonly Exemption[];
}

/** Nothing said: every policy as it is. */
export const NO_SETTINGS: PolicySettings = { enforcement: {}, settings: new Map(), exemptions: [] };

const ENFORCEMENTS = [
  "mandatory",
  "advisory",
  "remediate",
  "disabled",
] as const satisfies readonly Enforcement[];

/** What a policy that takes no settings has. */
const NONE = z.strictObject({});

/** The schema of `slipway:policies`, for these packs. For the schema that editors read, too. */
export function policySettingsSchema(packs: readonly Pack[]) {
  const policies = packs.flatMap((pack) => pack.policies);
  const configurable = policies.filter(({ settings }) => settings !== undefined);
  const shape = Object.fromEntries(
    configurable.map(({ id, settings, title }) => [id, (settings as z.ZodObject).optional().describe(title)]),
  );
  const names = ["all", ...packs.map(({ name }) => name), ...policies.map(({ id }) => id)];
  return z.strictObject({
    enforcement: z
      .partialRecord(z.enum(names as [string, ...string[]]), z.enum(ENFORCEMENTS))
      .optional()
      .describe(
        "What a finding does: mandatory stops a deployment, advisory is shown, remediate is mended where that is safe, disabled is not asked. By policy, by pack, or for all; what is nearer to the policy counts. Default: as each policy says.",
      ),
    settings: z.strictObject(shape).optional().describe("What policies take, by policy."),
    unknown: z
      .enum(["report", "block"])
      .optional()
      .describe(
        "What a policy does that can't be judged before deployment: it is shown, or stops. Default: report.",
      ),
    exemptions: z
      .array(exemptionSchema)
      .optional()
      .describe("Findings that somebody answers for, for a time."),
    longestExemptionDays: z
      .int()
      .min(1)
      .max(365)
      .optional()
      .describe(`How many days ahead an exemption may end. Default ${LONGEST_EXEMPTION_DAYS}.`),
  });
}

/**
 * Reads what a stack says of the packs. Pure.
 * @param today ISO 8601, for how far ahead an exemption may end
 * @returns the settings; or all that is wrong with them
 */
export function readPolicySettings(
  value: unknown,
  packs: readonly Pack[],
  today: string,
):
  | { readonly value: PolicySettings; readonly problems?: never }
  | { readonly problems: readonly SettingsProblem[] } {
  if (value === undefined || value === null) return { value: NO_SETTINGS };
  const schema = policySettingsSchema(packs);
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    const shape = { stack: Object.keys(schema.shape), exemption: Object.keys(exemptionSchema.shape) };
    return { problems: parsed.error.issues.flatMap((issue) => explained(issue, packs, shape)) };
  }
  const { enforcement = {}, settings = {}, unknown, exemptions = [], longestExemptionDays } = parsed.data;
  const problems = [
    ...enforcementProblems(enforcement as Record<string, Enforcement>, packs),
    ...exemptionProblems(exemptions, packs, dayAfter(today, longestExemptionDays ?? LONGEST_EXEMPTION_DAYS)),
  ];
  if (problems.length > 0) return { problems };
  return {
    value: {
      enforcement: enforcement as Record<string, Enforcement>,
      settings: new Map(
        Object.entries(settings).filter(
          (entry): entry is [string, Record<string, unknown>] => entry[1] !== undefined,
        ),
      ),
      exemptions,
      ...(unknown === undefined ? {} : { unknown }),
    },
  };
}

function enforcementProblems(
  enforcement: Readonly<Record<string, Enforcement>>,
  packs: readonly Pack[],
): SettingsProblem[] {
  const policies = packs.flatMap((pack) => pack.policies);
  return Object.entries(enforcement).flatMap(([name, level]) => {
    const policy = policies.find(({ id }) => id === name);
    if (level !== "remediate" || policy === undefined || policy.remediate !== undefined) return [];
    const able = policies.filter(({ remediate }) => remediate !== undefined).map(({ id }) => id);
    const message = `${name} can't mend what it finds; these can: ${able.join(", ")}`;
    return [{ path: ["enforcement", name], message }];
  });
}

function exemptionProblems(
  exemptions: readonly Exemption[],
  packs: readonly Pack[],
  latest: string,
): SettingsProblem[] {
  const ids = packs.flatMap((pack) => pack.policies.map(({ id }) => id));
  return exemptions.flatMap(({ policy, until }, index) => [
    ...(ids.includes(policy)
      ? []
      : [{ path: ["exemptions", index, "policy"], message: unknownName("policy", policy, ids) }]),
    ...(until <= latest
      ? []
      : [
          {
            path: ["exemptions", index, "until"],
            message: `"${until}" is too far ahead: an exemption ends on ${latest} at the latest (longestExemptionDays)`,
          },
        ]),
  ]);
}

/** What a stack has done with a policy. */
export function enforcementOf(
  { enforcement }: Pick<PolicySettings, "enforcement">,
  pack: Pick<Pack, "name">,
  policy: Policy,
): Enforcement {
  const chosen = enforcement[policy.id] ?? enforcement[pack.name] ?? enforcement.all ?? policy.level;
  // Said for a whole pack, it means those that can.
  return chosen === "remediate" && policy.remediate === undefined ? policy.level : chosen;
}

/** What a policy is told. */
export function contextOf(
  policy: Policy,
  { settings }: Pick<PolicySettings, "settings">,
  today: string,
): Context {
  const given = settings.get(policy.id) ?? policy.settings?.parse({}) ?? {};
  return {
    today,
    settings(schema) {
      if (schema !== (policy.settings ?? NONE))
        throw new TypeError(`these are not the settings of ${policy.id}`);
      return given as z.output<typeof schema>;
    },
  };
}
