import type { Properties, Step, UNKNOWN } from "./values.ts";

/** Why an input is refused, and where. */
export interface CheckFailure {
  /** Such as `template.containers[0].image`; empty for the resource as a whole. */
  readonly path: string;
  readonly reason: string;
}

/** Reports a failure at the value that is looked at, or at steps below it. */
export type ReportFailure = (reason: string, detail?: FailureDetail) => void;

/** What a failure says beside its reason. */
interface FailureDetail {
  /** The value that is wrong; quoted unless it is secret. */
  readonly got?: unknown;
  /** Steps from the value that is looked at to the one that is wrong. */
  readonly at?: readonly Step[];
  /** What the value was most likely meant to be. */
  readonly near?: string | undefined;
}

/** Looks at one known value. A value of another type than it expects is none of its business: the shape check says so. */
export type Rule = (value: unknown, report: ReportFailure) => void;

/** How the provider makes a physical name when the program gives none: `<logical name>-<7 hex digits>`. */
interface Autoname {
  readonly property: string;
  /** Longest name that the service takes; the logical name is cut to fit. */
  readonly max: number;
  /** Written between name and digits; "-" unless told. */
  readonly separator?: string;
}

/** A provider's configuration, as far as its models read it: texts by name, as the engine keeps them. */
export type ProviderSettings = Readonly<Record<string, string>>;

/** What inputs are completed with. */
export interface Completion {
  readonly urn: string;
  /** The logical name. */
  readonly name: string;
  /** The inputs as the program gave them, without marks. */
  readonly plain: Properties;
  /** The inputs of the last deployment. */
  readonly before: Properties | undefined;
  readonly settings: ProviderSettings;
}

/** What a model's outputs are made from. */
export interface OutputContext {
  readonly urn: string;
  /** The logical name. */
  readonly name: string;
  /** Checked inputs without marks: defaults and autonames are in, unknowns are `UNKNOWN`. */
  readonly inputs: Properties;
  /** The resource's project, else the provider's; `UNKNOWN` when neither is known. */
  readonly project: string;
  /** Outputs before an update; undefined for a resource that is being made. */
  readonly previous: Properties | undefined;
  /** A value that exists once the resource was made, and then stays: unknown in a plan, kept in an update. */
  keep<T>(output: string, make: () => T): T | typeof UNKNOWN;
  /** A value that each update makes anew: unknown in a plan. */
  renew<T>(make: () => T): T | typeof UNKNOWN;
  /** An input as text, `UNKNOWN` when it is unknown, "" when it is absent. */
  text(...steps: readonly Step[]): string;
  /** A string from parts; unknown as soon as one part is. */
  join(parts: TemplateStringsArray, ...values: readonly unknown[]): string;
  /** Hexadecimal digits that stand for an identifier the real service would draw: the same for the same URN and purpose. */
  hex(purpose: string, length: number): string;
  /** Decimal digits, likewise. */
  digits(purpose: string, length: number): string;
  /** The time at which the operation runs. */
  now(): string;
}

/**
 * What the declarations of an SDK cannot tell of a resource type. Paths are patterns: `template.containers[].image`
 * stands for the image of each container, `labels{}` for each value of a map.
 */
export interface ResourceModel {
  readonly token: string;
  /** Why there can be no resource of this type at all; nothing else of it is looked at then. */
  readonly refusal?: string;
  /** Fields that the service wants although the declarations leave them optional. */
  readonly required?: readonly string[];
  /** Allowed values where the doc comment lists none, or lists them wrongly. They win over the doc comment. */
  readonly values?: Readonly<Record<string, readonly (string | number)[]>>;
  readonly rules?: Readonly<Record<string, Rule | readonly Rule[]>>;
  /** Rules over several fields; runs only when the fields by themselves are right. */
  readonly check?: (inputs: Properties, report: ReportFailure) => void;
  /** Changing any of these replaces the resource. */
  readonly replaceOn: readonly string[];
  /** What replaces it as well, by the inputs of the last deployment and the provider's settings. */
  readonly alsoReplaceOn?: (before: Properties, settings: ProviderSettings) => readonly string[];
  /** Whether a replacement with such inputs gets a name of its own, beside the old one. Known by the id unless told. */
  readonly isRenamed?: (inputs: Properties) => boolean;
  readonly autoname?: Autoname;
  /** Fills in what the provider does, where names and defaults by themselves don't tell. Changes `inputs`, which carry marks. */
  readonly complete?: (inputs: Properties, completion: Completion) => void;
  /** What the provider fills in when a field is absent, wherever the object around it is there. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** The provider's identifier. `UNKNOWN` when it exists only after creation. */
  readonly id: (context: OutputContext, outputs: Properties) => string;
  /** Outputs beside the inputs, which are always handed back. */
  readonly outputs?: (context: OutputContext) => Properties;
  /** Why the provider refuses to delete a resource with these outputs; undefined when it does not. */
  readonly refuseDelete?: (outputs: Properties) => string | undefined;
  /** Properties that the provider keeps secret beyond what its SDK package declares. */
  readonly secrets?: readonly string[];
}

/** A function of a provider: what it answers. Unknown inputs give unknown outputs before it is asked. */
export interface FunctionModel {
  readonly token: string;
  readonly answer: (inputs: Properties, context: { readonly project: string }) => Properties;
}
