import {
  type Asked,
  askedOf,
  exemptionResults,
  type PolicyResult,
  resourceResults,
  stackResults,
  subjectOf,
  todayInUtc,
} from "../evaluate.ts";
import { EXEMPTION_POLICY, Exemptions } from "../exemptions.ts";
import {
  appliesTo,
  type Enforcement,
  isResourcePolicy,
  isStackPolicy,
  type Pack,
  type PolicyResource,
} from "../policy.ts";
import { type Mended, type Mending, mended, mendingPolicies } from "../remediate.ts";
import { NO_SETTINGS, type PolicySettings } from "../settings.ts";

/** What an engine says of one policy before it asks, from `--policy-pack-config` or by default. */
export interface PolicyConfig {
  readonly enforcement: Enforcement;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A resource whose properties are read only where somebody asks for them. */
export type LazyResource = Omit<PolicyResource, "props"> & { readonly props: () => unknown };

/** A resource type's policies, and those served that don't look at it. */
interface ByType {
  readonly asked: readonly Asked[];
  readonly notApplicable: readonly string[];
}

/** Reads what an engine says of policies. @throws Error that names each policy that is said something wrong of */
function configured(
  packs: readonly Pack[],
  config: ReadonlyMap<string, PolicyConfig>,
): Pick<PolicySettings, "enforcement" | "settings"> {
  const enforcement: Record<string, Enforcement> = {};
  const settings = new Map<string, Readonly<Record<string, unknown>>>();
  const problems: string[] = [];
  for (const policy of packs.flatMap((pack) => pack.policies)) {
    const said = config.get(policy.id);
    if (said === undefined) continue;
    enforcement[policy.id] = said.enforcement;
    if (policy.settings === undefined) {
      for (const key of Object.keys(said.properties)) problems.push(`${policy.id} has no setting "${key}"`);
      continue;
    }
    const read = policy.settings.safeParse(said.properties);
    if (read.success) settings.set(policy.id, read.data);
    else
      for (const { path, message } of read.error.issues)
        problems.push(`${[policy.id, ...path].join(".")}: ${message}`);
  }
  if (problems.length > 0) throw new Error(problems.join("; "));
  return { enforcement, settings };
}

/**
 * Judges one operation of an engine, which hands over resources one by one, and the whole stack at the end. The same functions
 * judge as in-process, so that the results are the same.
 */
export class EngineJudge {
  readonly packs: readonly Pack[];
  readonly #today: string;
  #settings: PolicySettings = NO_SETTINGS;
  #aboutExemptions: Enforcement = EXEMPTION_POLICY.level;
  #exemptions: Exemptions;
  #asked: readonly Asked[];
  #mending: readonly Mending[] = [];
  readonly #byType = new Map<string, ByType>();
  /** What each resource was given, by URN. */
  readonly #given = new Map<string, () => unknown>();

  /** @param today ISO 8601 in UTC */
  constructor(packs: readonly Pack[], today = todayInUtc()) {
    this.packs = packs;
    this.#today = today;
    this.#exemptions = new Exemptions([], today);
    this.#asked = askedOf(packs, NO_SETTINGS, today);
  }

  /** What holds for the operation. */
  get settings(): PolicySettings {
    return this.#settings;
  }

  /** Takes what the stack says, of all packs; what it says of packs that are not served here is for others. */
  useStack(settings: PolicySettings): void {
    const served = new Set(this.packs.flatMap((pack) => pack.policies.map(({ id }) => id)));
    this.#use({ ...settings, exemptions: settings.exemptions.filter(({ policy }) => served.has(policy)) });
  }

  /** Takes what the engine says of single policies, over what the stack says. @throws Error on what no policy takes */
  configure(config: ReadonlyMap<string, PolicyConfig>): void {
    const said = configured(this.packs, config);
    this.#aboutExemptions = config.get(EXEMPTION_POLICY.id)?.enforcement ?? EXEMPTION_POLICY.level;
    this.#use({
      ...this.#settings,
      enforcement: { ...this.#settings.enforcement, ...said.enforcement },
      settings: new Map([...this.#settings.settings, ...said.settings]),
    });
  }

  /** What policies say of one resource. */
  resource(resource: LazyResource): readonly PolicyResult[] {
    let read: unknown;
    const props = () => (read ??= resource.props());
    this.#given.set(resource.urn, props);
    const asked = this.#of(resource.type).asked.filter(({ policy }) => isResourcePolicy(policy));
    if (asked.length === 0) return [];
    const subject = subjectOf({ ...resource, props: props() });
    return asked.flatMap((one) => resourceResults(one, subject, this.#exemptions));
  }

  /**
   * What stack policies say of a stack, and then what is wrong with its exemptions: by now everything was judged. The engine tells
   * what came out of resources; what went in stands beneath it, since of a component there may be nothing else.
   */
  stack(resources: readonly LazyResource[]): readonly PolicyResult[] {
    const chosen = new Map<Asked, ReturnType<typeof subjectOf>[]>();
    for (const resource of resources) {
      const asked = this.#of(resource.type).asked.filter(({ policy }) => isStackPolicy(policy));
      if (asked.length === 0) continue;
      const given = this.#given.get(resource.urn)?.();
      const props = { ...(given as object | undefined), ...(resource.props() as object) };
      const subject = subjectOf({ ...resource, props });
      for (const one of asked) {
        const list = chosen.get(one);
        if (list === undefined) chosen.set(one, [subject]);
        else list.push(subject);
      }
    }
    const results = this.#asked.flatMap((one) => stackResults(one, chosen.get(one) ?? [], this.#exemptions));
    return [...results, ...this.#exemptionResults(resources)];
  }

  /** Whether the stack has any policy mend. */
  get mends(): boolean {
    return this.#mending.length > 0;
  }

  /** What policies mend of one resource, one after the other, where the stack has them do it. */
  mended(type: string, props: () => unknown): readonly Mended[] {
    return this.#mending.some(({ policy }) => appliesTo(policy, type))
      ? mended(this.#mending, { type, props: props() })
      : [];
  }

  /** Ids of the policies served that have nothing to say of a type; of those that are turned off, nothing is said. */
  notApplicable(type: string): readonly string[] {
    return this.#of(type).notApplicable;
  }

  #use(settings: PolicySettings): void {
    this.#settings = settings;
    this.#exemptions = new Exemptions(settings.exemptions, this.#today);
    this.#byType.clear();
    this.#asked = askedOf(this.packs, settings, this.#today);
    this.#mending = mendingPolicies(this.packs, settings, this.#today);
  }

  #of(type: string): ByType {
    const known = this.#byType.get(type);
    if (known !== undefined) return known;
    const { applying = [], other = [] } = Object.groupBy(this.#asked, ({ policy }) =>
      appliesTo(policy, type) ? "applying" : "other",
    );
    const made = { asked: applying, notApplicable: other.map(({ policy }) => policy.id) };
    this.#byType.set(type, made);
    return made;
  }

  /** An exemption that matches nothing is no news where not everything was judged: a run may have targets. */
  #exemptionResults(resources: readonly LazyResource[]): readonly PolicyResult[] {
    if (this.#aboutExemptions === "disabled") return [];
    const whole = resources.every(({ urn }) => this.#given.has(urn));
    return exemptionResults(this.#exemptions)
      .filter(({ level }) => whole || level === "mandatory")
      .map((result) =>
        this.#aboutExemptions === "advisory" ? { ...result, level: "advisory", blocking: false } : result,
      );
  }
}
