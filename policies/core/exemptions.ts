import { z } from "zod";

/** How many days ahead an exemption may end, unless the stack says otherwise. */
export const LONGEST_EXEMPTION_DAYS = 90;

const DAY = 24 * 3600 * 1000;

const said = (what: string) =>
  z
    .string()
    .trim()
    .min(1, { error: `must say ${what}` })
    .describe(`Says ${what}.`);

/** A finding that somebody answers for, for a time. */
export const exemptionSchema = z.strictObject({
  policy: z.string().describe("Id of the policy."),
  resource: z
    .string()
    .refine((pattern) => /[^*]/.test(pattern), {
      error:
        'must name resources: a pattern of "*" alone would turn the policy off, which `enforcement` does openly',
    })
    .describe(
      'Which resources: a name, "type::name", or a whole URN; "*" stands for any characters. "stack" for what is said of the stack as a whole.',
    ),
  path: z.string().optional().describe('Which of its properties, such as "spec.template.*". Default: all.'),
  owner: said("who answers for it"),
  reason: said("why it has to be"),
  until: z.iso
    .date({ error: "must be a day, such as 2027-01-31" })
    .describe("The last day that it holds, in UTC."),
});

/** An exemption, checked. */
export type Exemption = z.output<typeof exemptionSchema>;

/** What a result says of the exemption that lets it through. */
export type ExemptedBy = Pick<Exemption, "owner" | "reason" | "until">;

/** The day that lies so many days after another. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** A pattern in which `*` stands for any characters, as a test of a whole text. */
export function globbed(pattern: string): (text: string) => boolean {
  if (!pattern.includes("*")) return (text) => text === pattern;
  const source = pattern
    .split(/\*+/)
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
    .join("[^]*");
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}

/** `name` and `type::name` of a URN. What is said of the stack as a whole has none. */
function namesOf(urn: string): readonly string[] {
  if (urn === "") return ["stack"];
  const [, , types = "", ...name] = urn.split("::");
  const own = name.join("::");
  return [own, `${types.slice(types.lastIndexOf("$") + 1)}::${own}`, urn];
}

/** Exemptions of one judgement. Remembers which were used. */
export class Exemptions {
  readonly #byPolicy: ReadonlyMap<
    string,
    readonly { exemption: Exemption; resource: (text: string) => boolean; path: (text: string) => boolean }[]
  >;
  readonly #all: readonly Exemption[];
  readonly #used = new Set<Exemption>();
  readonly #today: string;

  constructor(all: readonly Exemption[], today: string) {
    this.#all = all;
    this.#today = today;
    this.#byPolicy = Map.groupBy(
      all.map((exemption) => ({
        exemption,
        resource: globbed(exemption.resource),
        path: exemption.path === undefined ? () => true : globbed(exemption.path),
      })),
      ({ exemption }) => exemption.policy,
    );
  }

  /** The exemption in force that lets a finding through; undefined where none does. An expired one only counts as used. */
  for(policy: string, urn: string, path = ""): Exemption | undefined {
    const candidates = this.#byPolicy.get(policy);
    if (candidates === undefined) return undefined;
    const names = namesOf(urn);
    const matching = candidates
      .filter((candidate) => names.some(candidate.resource) && candidate.path(path))
      .map(({ exemption }) => exemption);
    for (const exemption of matching) this.#used.add(exemption);
    return matching.find(({ until }) => until >= this.#today);
  }

  /** What is wrong with the exemptions themselves, once everything was judged. */
  problems(): readonly { readonly message: string; readonly level?: "advisory" }[] {
    return this.#all.flatMap((exemption) => {
      const { policy, resource, owner, until } = exemption;
      const what = `the exemption of "${resource}" from ${policy}`;
      if (until < this.#today) {
        return [{ message: `${what} ended on ${until}: ${owner} mends it, or says anew why it has to be` }];
      }
      if (this.#used.has(exemption)) return [];
      return [{ message: `${what} matches nothing: take it out`, level: "advisory" as const }];
    });
  }
}

/** What is said of exemptions themselves, in the same words everywhere. */
export const EXEMPTION_POLICY = {
  id: "exemption-in-force",
  title: "An exemption must not have ended, and should still be needed.",
  severity: "medium",
  level: "mandatory",
  why: "An exemption that nobody looks at again is a rule that no longer holds, and nobody decided so.",
  fix: "Mend what was exempted and take the exemption out, or state anew who answers for it, why, and until when.",
  example: {
    yaml: `slipway:policies:
  exemptions:
    - policy: pinned-image
      resource: "kubernetes:apps/v1:Deployment::shop-legacy"
      owner: shop
      reason: The vendor publishes tags only; a mirror is on its way (SHOP-412).
      until: 2027-01-31`,
  },
} as const;
