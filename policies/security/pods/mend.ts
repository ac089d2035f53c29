import type { Policy, Props } from "../../core/policy.ts";
import { CRON_JOB, POD } from "../../types.ts";

type Fields = Record<string, unknown>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function below(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((here, key) => fieldsOf(here)?.[key], value);
}

function specOf(props: Props, type: string): Fields | undefined {
  const path =
    type === POD
      ? []
      : type === CRON_JOB
        ? ["spec", "jobTemplate", "spec", "template"]
        : ["spec", "template"];
  return fieldsOf(below(props, ...path, "spec"));
}

/** A container's settings, its own before the pod's, as plain JSON. What is not known is no value that anything asks for. */
export interface Settings {
  /** Of the container alone. */
  readonly own: Readonly<Fields>;
  /** One that the pod may say for it. */
  of(field: string): unknown;
}

/**
 * Mends the security contexts of containers on Linux.
 * @param mend gives what is added to a container's own context; undefined where nothing may be
 */
export function mendingContainers(
  mend: (settings: Settings) => Fields | undefined,
): NonNullable<Policy["remediate"]> {
  return (props, type) => {
    const pod = specOf(props, type);
    if (pod === undefined || below(pod, "os", "name") === "windows") return undefined;
    let mended = false;
    for (const list of ["initContainers", "containers", "ephemeralContainers"]) {
      const containers = pod[list];
      if (!Array.isArray(containers)) continue;
      for (const one of containers) {
        const container = fieldsOf(one);
        const own = container?.securityContext === undefined ? {} : fieldsOf(container.securityContext);
        if (container === undefined || own === undefined) continue;
        const added = mend({ own, of: (field) => own[field] ?? below(pod, "securityContext", field) });
        if (added === undefined) continue;
        container.securityContext = { ...own, ...added };
        mended = true;
      }
    }
    return mended ? props : undefined;
  };
}

/** Whether a container says that it runs as somebody other than root. */
export function saysNonRoot(settings: Settings): boolean {
  const user = settings.of("runAsUser");
  return typeof user === "number" ? user > 0 : settings.of("runAsNonRoot") === true;
}
