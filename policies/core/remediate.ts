import { appliesTo, type Pack, type PolicyResource, type Props } from "./policy.ts";
import { enforcementOf, type PolicySettings } from "./settings.ts";

/** What a policy changed in a resource. */
export interface Remediation {
  readonly policy: string;
  readonly urn: string;
}

/**
 * Does what policies may mend, where the stack asks for it, in the order of packs and policies, before anything is judged.
 * What fails to be mended stays as it is, and is found. Pure.
 */
export function remediated(
  packs: readonly Pack[],
  resources: readonly PolicyResource[],
  settings: PolicySettings,
): { readonly resources: readonly PolicyResource[]; readonly done: readonly Remediation[] } {
  const mending = packs.flatMap((pack) =>
    pack.policies.filter((policy) => enforcementOf(settings, pack, policy) === "remediate"),
  );
  if (mending.length === 0) return { resources, done: [] };
  const done: Remediation[] = [];
  const mended = resources.map((resource) => {
    let current = resource;
    for (const policy of mending) {
      if (!appliesTo(policy, resource.type)) continue;
      const props = attemptTo(() =>
        policy.remediate?.(structuredClone(current.props) as Props, current.type),
      );
      if (props === undefined) continue;
      done.push({ policy: policy.id, urn: resource.urn });
      current = { ...current, props };
    }
    return current;
  });
  return { resources: mended, done };
}

function attemptTo(mend: () => Props | undefined): Props | undefined {
  try {
    return mend();
  } catch {
    return undefined; // Misshapen properties: the policy's check says so.
  }
}
