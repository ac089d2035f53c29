import { parseQuantity } from "../../../models/kubernetes/quantity.ts";
import { isObject, type Properties } from "../../../models/values.ts";

/** Fields by which the API server tells the entries of a list apart, the most telling first. */
const identities = ["name", "mountPath", "containerPort", "port", "key", "topologyKey", "ip", "type", "uid"];

/**
 * The inputs with what someone changed in the cluster: where the live object differs from what applying the inputs would make
 * of it, the live value stands. What the API server writes in another form stays as the program wrote it, and what others
 * added is not the program's business.
 *
 * @param applied what applying `inputs` now would make, from a dry run
 */
export function driftedInputs(inputs: Properties, applied: Properties, live: Properties): Properties {
  return drifted(inputs, applied, live) as Properties;
}

function drifted(input: unknown, applied: unknown, live: unknown): unknown {
  if (isSame(applied, live)) return input;
  if (isObject(input) && isObject(applied) && isObject(live))
    return Object.fromEntries(
      Object.entries(input).flatMap(([key, value]) => {
        const now = key.startsWith("__") ? value : drifted(value, applied[key], live[key]);
        return now === undefined ? [] : [[key, now]];
      }),
    );
  if (Array.isArray(input) && Array.isArray(applied) && Array.isArray(live)) {
    const identity = identityOf(input);
    if (identity === undefined) {
      const isParallel =
        input.length === applied.length && input.length === live.length && !input.every(isScalar);
      return isParallel ? input.map((item, index) => drifted(item, applied[index], live[index])) : live;
    }
    return input.flatMap((item) => {
      const [was, now] = [entryOf(applied, identity, item), entryOf(live, identity, item)];
      return now === undefined ? [] : [drifted(item, was, now)];
    });
  }
  return live;
}

/**
 * The part of a live object that a program's inputs speak of, for comparing an imported object with the program: fields that
 * the program leaves out are not compared, and equal quantities are equal however they are written.
 */
export function comparablePart(live: unknown, inputs: unknown): unknown {
  if (isObject(live) && isObject(inputs))
    return Object.fromEntries(
      Object.entries(inputs).flatMap(([key, value]) =>
        key in live && live[key] !== undefined
          ? [[key, comparablePart(live[key], value)]]
          : isNothing(value)
            ? [[key, value]]
            : [],
      ),
    );
  if (Array.isArray(live) && Array.isArray(inputs)) {
    const identity = identityOf(inputs);
    if (identity === undefined || live.length !== inputs.length)
      return live.map((item, index) => comparablePart(item, inputs[index]));
    return inputs.flatMap((item) => {
      const found = entryOf(live, identity, item);
      return found === undefined ? [] : [comparablePart(found, item)];
    });
  }
  if (typeof live === "string" && typeof inputs === "string" && parseQuantity(live) !== undefined)
    return parseQuantity(live) === parseQuantity(inputs) ? inputs : live;
  return live;
}

function isNothing(value: unknown): boolean {
  return (
    (isObject(value) && Object.keys(value).length === 0) ||
    (Array.isArray(value) && value.length === 0) ||
    value === ""
  );
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** The field that tells a list's entries apart: all have it, no two the same. */
function identityOf(list: readonly unknown[]): string | undefined {
  if (!list.every(isObject)) return undefined;
  return identities.find((field) => {
    const values = list.map((item) => (item as Properties)[field]);
    return values.every((value) => value !== undefined) && new Set(values).size === values.length;
  });
}

function entryOf(list: readonly unknown[], identity: string, like: unknown): unknown {
  return list.find((item) => isObject(item) && isObject(like) && item[identity] === like[identity]);
}

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isObject(one) || !isObject(other) || Array.isArray(one) || Array.isArray(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(one[key], other[key]));
}
