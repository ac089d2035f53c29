import { adviceOutsideProduction } from "../core/environment.ts";
import { each, violation } from "../core/finding.ts";
import type { Example, ResourcePolicy, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";

/** Says what is wrong with a field, in words that follow its path; undefined where nothing is. */
type Problem = (field: Property, resource: Subject) => string | undefined;

/** One rule about one field, as data. */
export interface FieldRule extends Omit<ResourcePolicy, "check"> {
  /** The fields that it is about, each judged on its own; none where the resource is not meant. */
  readonly fields: (resource: Subject) => readonly Property[];
  readonly problem: Problem;
  /** Outside production its findings are advice. Default: they count everywhere. */
  readonly productionOnly?: boolean;
}

/** The policy that a rule about a field is. */
export function fieldPolicy(rule: FieldRule): ResourcePolicy {
  const { fields, problem, productionOnly = false, ...facts } = rule;
  return {
    ...facts,
    check: (resource) => {
      const findings = each(fields(resource), (field) => {
        const wrong = problem(field, resource);
        return wrong === undefined ? undefined : violation(field, wrong);
      });
      return productionOnly ? adviceOutsideProduction(resource, findings) : findings;
    },
  };
}

function stated(field: Property): string {
  return field.present ? `is ${field.quote()}` : "is not set";
}

/** Must be true. @param otherwise what happens where it is not @param absent what counts where nothing is said */
export function on(otherwise: string, absent = false): Problem {
  return (field) => ((field.flag() ?? absent) ? undefined : `is not true: ${otherwise}`);
}

/** Must not be true. @param absent what counts where nothing is said */
export function off(otherwise: string, absent = false): Problem {
  return (field) => ((field.flag() ?? absent) ? `is not false: ${otherwise}` : undefined);
}

/** Must have a value other than the empty text. */
export function set(otherwise: string): Problem {
  return (field) => (field.present && field.text() !== "" ? undefined : `is not set: ${otherwise}`);
}

/** Must be one of these. @param absent what counts where nothing is said */
export function oneOf(values: readonly string[], otherwise: string, absent?: string): Problem {
  return (field) =>
    values.includes(field.text() ?? absent ?? "") ? undefined : `${stated(field)}: ${otherwise}`;
}

/** Must be none of these. @param absent what counts where nothing is said */
export function noneOf(values: readonly string[], otherwise: string, absent?: string): Problem {
  return (field) =>
    values.includes(field.text() ?? absent ?? "") ? `${stated(field)}: ${otherwise}` : undefined;
}

/** How a resource of Google Cloud is written, with these properties. */
export function declared(type: string, properties: string): Example {
  return { typescript: `new gcp.${type}("example", { ${properties} });` };
}
