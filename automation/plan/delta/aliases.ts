import type { PlanResource } from "../resources.ts";
import { formUrn, nameOf } from "../urn.ts";
import type { Json } from "../wire.ts";

/** An alias as a resource's options hold it. */
interface AliasSpec {
  readonly name?: string;
  readonly noParent?: boolean;
  readonly parent?: string;
  readonly project?: string;
  readonly stack?: string;
  readonly type?: string;
}

/**
 * The URNs that resources may have had, by their URN now: what their own aliases say, and what follows from their parents', as
 * the engine works it out. The URN now is not among them.
 */
export function formerUrns(resources: readonly PlanResource[]): (urn: string) => readonly string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const known = new Map<string, readonly string[]>();
  const formerOf = (urn: string): readonly string[] => {
    const resource = byUrn.get(urn);
    const found = known.get(urn) ?? (resource === undefined ? [] : work(resource));
    known.set(urn, found);
    return found;
  };
  const work = ({ urn, type, name, parent, options }: PlanResource): readonly string[] => {
    const [, stack = "", project = ""] = /^urn:pulumi:(.*?)::(.*?)::/.exec(urn) ?? [];
    const parents = parent === null ? [] : formerOf(parent);
    const aliases = (options.aliases ?? []) as readonly Json[];
    const specs: AliasSpec[] = aliases.flatMap((alias) =>
      typeof alias === "object" && alias !== null && !Array.isArray(alias) ? [alias as AliasSpec] : [],
    );
    const urns = [{}, ...specs].flatMap((spec: AliasSpec) => {
      const formed = (at: string | undefined, as: string) =>
        formUrn(spec.stack ?? stack, spec.project ?? project, at, spec.type ?? type, as);
      const as = spec.name ?? name;
      if (spec.noParent === true) return [formed(undefined, as)];
      if (spec.parent !== undefined) return [formed(spec.parent, as)];
      return [
        formed(parent ?? undefined, as),
        ...parents.map((former) => formed(former, inherited(as, parent ?? "", former))),
      ];
    });
    const whole = aliases.filter((alias): alias is string => typeof alias === "string");
    return [...new Set([...whole, ...urns])].filter((former) => former !== urn);
  };
  return formerOf;
}

/** A child's name under its parent's former one: where it begins with the parent's name, it began with that. */
function inherited(name: string, parent: string, former: string): string {
  const [now, then] = [nameOf(parent), nameOf(former)];
  return name.startsWith(now) ? `${then}${name.slice(now.length)}` : name;
}
