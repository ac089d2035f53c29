import type { Rule } from "../model.ts";
import { integer, pattern } from "../rules.ts";
import { labels, labelValue, portName, qualifiedName } from "./names.ts";
import { oneOf, type Place } from "./place.ts";

/** A port's number. */
export const portNumber: Rule = integer(1, 65_535);

/** A port's number or name. */
export const portOrName: Rule = (value, report) => {
  if (typeof value === "number") portNumber(value, report);
  else portName(value, report);
};

/** A whole number, or a share such as `25%`. */
export const countOrPercent: Rule = (value, report) => {
  if (typeof value === "number") integer(0)(value, report);
  else pattern(/^\d+%$/, "a whole number or a share such as `25%`")(value, report);
};

/** At most 100 %. */
export const notOverAll: Rule = (value, report) => {
  if (typeof value === "string" && /^\d+%$/.test(value) && Number.parseInt(value, 10) > 100)
    report("must not be greater than 100%", { got: value });
};

/** A protocol of ports. */
export const protocol: Rule = oneOf("TCP", "UDP", "SCTP");

/** A label selector. */
export function labelSelector(place: Place): void {
  place.at("matchLabels").follow(labels);
  for (const expression of place.at("matchExpressions").items) {
    expression.at("key").follow(qualifiedName);
    requirement(expression, ["In", "NotIn", "Exists", "DoesNotExist"]);
    for (const value of expression.at("values").items) value.follow(labelValue);
  }
}

/** Operator and values of a requirement, which some operators want and others refuse. */
export function requirement(place: Place, operators: readonly string[]): void {
  const operator = place
    .at("operator")
    .need()
    .follow(oneOf(...operators)).text;
  const values = place.at("values");
  if (operator === "In" || operator === "NotIn") values.need();
  if ((operator === "Exists" || operator === "DoesNotExist") && values.isSet && !values.isEmpty)
    values.fail(`must not be given with the operator ${operator}`);
}

/** Whether a selector takes these labels; undefined where a part of either is unknown. */
export function selects(selector: Place, podLabels: Place): boolean | undefined {
  if (selector.isUnknown || podLabels.isUnknown || selector.at("matchLabels").isUnknown) return undefined;
  if (podLabels.entries.some(([, value]) => value.isUnknown)) return undefined;
  for (const [key, value] of selector.at("matchLabels").entries) {
    if (value.isUnknown) return undefined;
    if (value.text !== podLabels.at(key).text) return false;
  }
  for (const expression of selector.at("matchExpressions").items) {
    const [key, operator] = [expression.at("key").text, expression.at("operator").text];
    const values = expression.at("values").items;
    if (key === undefined || operator === undefined || values.some((value) => value.isUnknown))
      return undefined;
    const label = podLabels.at(key);
    const isAmong = label.isGiven && values.some((value) => value.text === label.text);
    const holds = { In: isAmong, NotIn: !isAmong, Exists: label.isGiven, DoesNotExist: !label.isGiven };
    if (holds[operator as keyof typeof holds] === false) return false;
  }
  return true;
}

/** Reports entries of a list whose key was there before. */
export function unique(places: readonly Place[], key: (place: Place) => string | undefined): void {
  const seen = new Set<string>();
  for (const place of places) {
    const value = key(place);
    if (value === undefined) continue;
    if (seen.has(value)) place.fail("is there twice", value);
    seen.add(value);
  }
}

/** Reports where not exactly one of the fields is given, and nothing is unknown. */
export function exactlyOne(place: Place, fields: readonly string[]): void {
  const given = fields.filter((field) => place.at(field).isSet);
  const isOneToCome = given.length === 0 && fields.some((field) => place.at(field).isUnknown);
  if (given.length === 1 || isOneToCome) return;
  place.fail(
    `needs exactly one of ${fields.join(", ")}${given.length > 1 ? ` (there are ${given.join(", ")})` : ""}`,
  );
}

/** Whole numbers under their bounds, field by field. */
export function integers(
  place: Place,
  bounds: Readonly<Record<string, readonly [min: number, max?: number]>>,
): void {
  for (const [field, [min, max]] of Object.entries(bounds)) place.at(field).follow(integer(min, max));
}
