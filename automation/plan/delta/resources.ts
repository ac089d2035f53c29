import { modelFor } from "../../../sandbox/models/index.ts";
import type { ResourcePlace } from "../places.ts";
import type { PlanResource } from "../resources.ts";
import { ancestryOf } from "../tree.ts";
import { stackType } from "../urn.ts";
import { unknownText } from "../wire.ts";
import { formerUrns } from "./aliases.ts";
import { heldBy } from "./data.ts";
import { propertyChanges } from "./properties.ts";
import { type ChangeKind, changeKinds, type PropertyChange, type ResourceChange } from "./types.ts";

/** One plan's side of the comparison. */
export interface Side {
  readonly resources: readonly PlanResource[];
  readonly places?: { readonly [urn: string]: ResourcePlace };
}

/** How two plans' resources belong together. */
export interface Matched {
  readonly pairs: readonly (readonly [PlanResource, PlanResource])[];
  readonly created: readonly PlanResource[];
  readonly deleted: readonly PlanResource[];
}

/** Matches the resources of two plans: by URN, else by what aliases say. Components and the stack itself are left out. */
export function matched(before: readonly PlanResource[], after: readonly PlanResource[]): Matched {
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const now = new Set(after.map(({ urn }) => urn));
  const formerOf = formerUrns(after);
  const pairs: [PlanResource, PlanResource][] = [];
  const created: PlanResource[] = [];
  for (const resource of after) {
    const urn = [resource.urn, ...formerOf(resource.urn).filter((former) => !now.has(former))].find((one) =>
      old.has(one),
    );
    const was = urn === undefined ? undefined : old.get(urn);
    if (was === undefined) created.push(resource);
    else {
      pairs.push([was, resource]);
      old.delete(was.urn);
    }
  }
  const [madeBefore, madeAfter] = [isMade(before), isMade(after)];
  return {
    pairs: pairs.filter(([, resource]) => madeAfter(resource)),
    created: created.filter(madeAfter),
    deleted: [...old.values()].filter(madeBefore),
  };
}

/** Tells what a provider makes from components, whose types no provider's module names. */
function isMade(resources: readonly PlanResource[]): (resource: PlanResource) => boolean {
  const parents = new Set(resources.map(({ parent }) => parent));
  return ({ urn, type, inputs }) => {
    if (type === stackType || type.startsWith("pulumi:providers:")) return false;
    if (type.includes("/") || modelFor(type) !== undefined) return true;
    return !parents.has(urn) && Object.keys(inputs).length > 0;
  };
}

/** What happens to each resource between two plans, worst first. Pure. */
export function resourceChanges(
  { pairs, created, deleted }: Matched,
  before: Side,
  after: Side,
): ResourceChange[] {
  const changed = withFollowers(
    pairs.flatMap(([was, resource]) => {
      const properties = propertyChanges(was, resource);
      return properties.length === 0 && was.urn === resource.urn ? [] : [{ was, resource, properties }];
    }),
    pairs,
  ).map(({ was, resource, properties, because }): ResourceChange => {
    const forcing = properties.filter(({ replaces }) => replaces);
    const kind: ChangeKind =
      forcing.length > 0 || because.length > 0 ? "replace" : properties.length > 0 ? "update" : "rename";
    return {
      ...aboutAfter(kind, resource, after),
      ...(was.urn === resource.urn ? {} : { was: was.urn }),
      properties,
      certain: forcing.some((one) => one.after !== unknownText && one.before !== unknownText),
      ...(because.length === 0 ? {} : { because }),
      ...(kind === "replace" ? lost(was) : {}),
    };
  });
  const fresh = created.map((resource) => ({
    ...aboutAfter("create", resource, after),
    properties: [],
    certain: true,
  }));
  const gone = deleted.map((resource): ResourceChange => {
    const like = created.find((one) => one.type === resource.type && sameInputs(one, resource));
    return {
      kind: "delete",
      ...about(resource, before),
      properties: [],
      certain: true,
      ...lost(resource),
      ...(like === undefined ? {} : { like: like.urn }),
    };
  });
  return [...changed, ...gone, ...fresh].sort(
    (a, b) => changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind) || (a.urn < b.urn ? -1 : 1),
  );
}

interface Changed {
  readonly was: PlanResource;
  readonly resource: PlanResource;
  readonly properties: readonly PropertyChange[];
}

/**
 * With those that may be replaced since what they wait for is: an immutable property of theirs is known only once that is
 * there.
 */
function withFollowers(
  changed: readonly Changed[],
  pairs: Matched["pairs"],
): (Changed & { readonly because: readonly string[] })[] {
  const byUrn = new Map(
    changed.map((one) => [one.resource.urn, { ...one, because: [] as readonly string[] }]),
  );
  const replaced = new Set(
    changed
      .filter(({ properties }) => properties.some(({ replaces }) => replaces))
      .map(({ resource }) => resource.urn),
  );
  for (let grows = replaced.size > 0; grows; ) {
    grows = false;
    for (const [was, resource] of pairs) {
      if (replaced.has(resource.urn)) continue;
      const because = resource.dependencies.filter((urn) => replaced.has(urn));
      if (because.length === 0 || !hasUnknownFixture(resource)) continue;
      const { properties = [] } = byUrn.get(resource.urn) ?? {};
      byUrn.set(resource.urn, { was, resource, properties, because });
      replaced.add(resource.urn);
      grows = true;
    }
  }
  return [...byUrn.values()];
}

/** Whether a property that can't be changed in place is known only later. */
function hasUnknownFixture({ type, inputs }: PlanResource): boolean {
  return (modelFor(type)?.replaceOn ?? []).some((field) => inputs[field] === unknownText);
}

function sameInputs(a: PlanResource, b: PlanResource): boolean {
  return Object.keys(a.inputs).length > 0 && JSON.stringify(a.inputs) === JSON.stringify(b.inputs);
}

function about({ urn, type }: PlanResource, { resources }: Side) {
  return { urn, type, title: ancestryOf(urn, resources) };
}

function aboutAfter<Kind extends ChangeKind>(kind: Kind, resource: PlanResource, side: Side) {
  const place = side.places?.[resource.urn];
  return { kind, ...about(resource, side), ...(place === undefined ? {} : { place }) };
}

/** What goes with a resource, and why it may stay. */
function lost({ type, options }: PlanResource): Pick<ResourceChange, "data" | "kept"> {
  const data = heldBy(type);
  const kept =
    options.protect === true
      ? "it is protected: the engine refuses"
      : options.retainOnDelete === true
        ? "it is retained: only the stack forgets it"
        : undefined;
  return { ...(data === undefined ? {} : { data }), ...(kept === undefined ? {} : { kept }) };
}
