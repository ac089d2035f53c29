import type { PlanResource } from "../plan/resources.ts";
import type { Json } from "../plan/wire.ts";
import type { Session } from "./session.ts";

/** Marks a value of Pulumi's own kind (a secret, an asset, a reference) in a state; `resource/properties.go`. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** One resource as a state holds it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly parent?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly dependencies?: readonly string[];
  readonly protect?: boolean;
}

/** A value of a state as it may be shown: secrets replaced. */
function shown(value: unknown): Json {
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || typeof value !== "object") return value as Json;
  if (SIGNATURE in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
}

/** A resource of a state in the shape that plans and reports use. */
export function planResourceOf(resource: StateResource): PlanResource {
  return {
    urn: resource.urn,
    type: resource.type,
    name: resource.urn.split("::").at(-1) ?? "",
    parent: resource.parent ?? null,
    inputs: shown(resource.inputs ?? {}) as { [key: string]: Json },
    dependencies: resource.dependencies ?? [],
    options: resource.protect === true ? { protect: true } : {},
  };
}

/** What a stack's state holds, without its providers. */
export async function deployedResources({ pulumi }: Pick<Session, "pulumi">): Promise<StateResource[]> {
  const { deployment } = await pulumi.exportState();
  const resources = ((deployment as { resources?: StateResource[] } | null)?.resources ??
    []) as StateResource[];
  return resources.filter(({ type }) => !type.startsWith("pulumi:providers:"));
}
