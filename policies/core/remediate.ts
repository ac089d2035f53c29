import { todayInUtc } from "./evaluate.ts";
import {
  appliesTo,
  type Context,
  type Pack,
  type Policy,
  type PolicyResource,
  type Props,
} from "./policy.ts";
import { contextOf, enforcementOf, type PolicySettings } from "./settings.ts";

/** What a policy changed in a resource. */
export interface Remediation {
  readonly policy: string;
  readonly urn: string;
}

/** A resource's properties after one policy mended them. */
export interface Mended {
  readonly policy: Policy;
  readonly props: Props;
}

/** A policy that mends, and what it is told. */
export interface Mending {
  readonly policy: Policy;
  readonly context: Context;
}

/** The policies that mend where the stack asks for it, in the order of packs and policies. */
export function mendingPolicies(
  packs: readonly Pack[],
  settings: PolicySettings,
  today = todayInUtc(),
): readonly Mending[] {
  return packs.flatMap((pack) =>
    pack.policies
      .filter((policy) => enforcementOf(settings, pack, policy) === "remediate")
      .map((policy) => ({ policy, context: contextOf(policy, settings, today) })),
  );
}

/** What policies mend of one resource, one after the other. What fails to be mended stays as it is, and is found. Pure. */
export function mended(
  mending: readonly Mending[],
  resource: Pick<PolicyResource, "type" | "props">,
): readonly Mended[] {
  const done: Mended[] = [];
  for (const { policy, context } of mending) {
    if (!appliesTo(policy, resource.type)) continue;
    const before = done.at(-1)?.props ?? resource.props;
    const props = attemptTo(() =>
      policy.remediate?.(structuredClone(before) as Props, resource.type, context),
    );
    if (props !== undefined) done.push({ policy, props });
  }
  return done;
}

/** Does what policies may mend, where the stack asks for it, before anything is judged. Pure. */
export function remediated(
  packs: readonly Pack[],
  resources: readonly PolicyResource[],
  settings: PolicySettings,
): { readonly resources: readonly PolicyResource[]; readonly done: readonly Remediation[] } {
  const mending = mendingPolicies(packs, settings);
  if (mending.length === 0) return { resources, done: [] };
  const done: Remediation[] = [];
  const after = resources.map((resource) => {
    const steps = mended(mending, resource);
    done.push(...steps.map(({ policy }) => ({ policy: policy.id, urn: resource.urn })));
    const last = steps.at(-1);
    return last === undefined ? resource : { ...resource, props: last.props };
  });
  return { resources: after, done };
}

function attemptTo(mend: () => Props | undefined): Props | undefined {
  try {
    return mend();
  } catch {
    return undefined; // Misshapen properties: the policy's check says so.
  }
}
