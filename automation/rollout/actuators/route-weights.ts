import type { LiveObject } from "./owned-fields.ts";

/** One backend of a rule. */
interface BackendRef {
  readonly name: string;
  /** 1 where it isn't said. */
  readonly weight?: number;
}

/** One rule of an HTTPRoute, as far as it matters here. */
interface Rule {
  readonly matches?: readonly { readonly headers?: readonly unknown[] }[];
  readonly backendRefs?: readonly BackendRef[];
}

/** An HTTPRoute, as far as it matters here. */
export interface Route {
  readonly spec?: { readonly rules?: readonly Rule[] };
}

/** Kubernetes Services of the two versions. */
export interface Services {
  readonly stable: string;
  readonly candidate: string;
}

/** Whether a rule shares requests out between the two versions; one that a header leads to doesn't. */
function isShared({ matches = [], backendRefs = [] }: Rule, { stable }: Services): boolean {
  const isLed = matches.some(({ headers = [] }) => headers.length > 0);
  return !isLed && backendRefs.some(({ name }) => name === stable);
}

/** The same route with so much for the candidate in each rule that shares requests out, and the rest for the stable version. */
export function withWeight<Given extends Route>(route: Given, services: Services, weight: number): Given {
  const shareOut = (backend: BackendRef): BackendRef => {
    if (backend.name === services.candidate) return { ...backend, weight };
    return backend.name === services.stable ? { ...backend, weight: 100 - weight } : backend;
  };
  const rules = (route.spec?.rules ?? []).map((rule) =>
    isShared(rule, services) ? { ...rule, backendRefs: (rule.backendRefs ?? []).map(shareOut) } : rule,
  );
  return { ...route, spec: { ...route.spec, rules } };
}

/** Percent of the shared requests that the candidate has: of the rule that gives it most. */
export function weightOf(route: Route, services: Services): number {
  const shares = (route.spec?.rules ?? [])
    .filter((rule) => isShared(rule, services))
    .map(({ backendRefs = [] }) => {
      const sum = (refs: readonly BackendRef[]) => refs.reduce((total, { weight = 1 }) => total + weight, 0);
      const total = sum(backendRefs);
      return total === 0
        ? 0
        : (100 * sum(backendRefs.filter(({ name }) => name === services.candidate))) / total;
    });
  return Math.max(0, ...shares);
}

/** What keeps a route from sharing requests out between the two, or undefined. */
export function unshared(route: Route, services: Services): string | undefined {
  const rules = (route.spec?.rules ?? []).filter((rule) => isShared(rule, services));
  if (rules.length === 0) return `none of its rules leads to the Service "${services.stable}"`;
  const without = rules.some(({ backendRefs = [] }) =>
    backendRefs.every(({ name }) => name !== services.candidate),
  );
  return without
    ? `its rule has no backend "${services.candidate}": the candidate is not deployed, or a deployment without it came after`
    : undefined;
}

/** A gateway's word on a route. */
interface ParentStatus {
  readonly parentRef?: { readonly name?: string };
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
    readonly observedGeneration?: number;
  }[];
}

/** What gateways say of the route as it is now: who has yet to look at it, and who refuses it. */
export function acceptance({ metadata, status }: LiveObject): { waiting: string[]; refusals: string[] } {
  const { generation = 0 } = metadata;
  const parents = (status as { parents?: readonly ParentStatus[] } | undefined)?.parents ?? [];
  const waiting: string[] = [];
  const refusals: string[] = [];
  for (const { parentRef, conditions = [] } of parents) {
    const gateway = parentRef?.name ?? "unknown";
    const accepted = conditions.find(({ type }) => type === "Accepted");
    if (accepted === undefined || (accepted.observedGeneration ?? 0) < generation) waiting.push(gateway);
    else if (accepted.status !== "True") {
      refusals.push(`the Gateway "${gateway}" refuses it: ${accepted.message ?? "it doesn't say why"}`);
    }
  }
  return { waiting, refusals };
}
