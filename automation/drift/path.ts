/** One step into a value: a field's name, or an index. */
export type Step = string | number;

/** A path as the engine writes it: `template.containers[0].envs[2]["a.b"]`. */
export function stepsOf(path: string): Step[] {
  return [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) =>
    index !== undefined ? Number(index) : (quoted?.replaceAll(/\\(.)/g, "$1") ?? name ?? ""),
  );
}

/** Steps as people write them, the reverse of {@link stepsOf}. */
export function pathOf(steps: readonly Step[]): string {
  return steps.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[.[\]"]/.test(step) || step === "") return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** The value there; undefined where the way there is missing. */
export function valueAt(value: unknown, steps: readonly Step[]): unknown {
  return steps.reduce<unknown>(
    (here, step) =>
      typeof here === "object" && here !== null && Object.hasOwn(here, step)
        ? (here as Record<Step, unknown>)[step]
        : undefined,
    value,
  );
}

/** Whether one of two places lies within the other, or both are the same. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [stepsOf(one), stepsOf(other)];
  return a.slice(0, b.length).every((step, index) => step === b[index]);
}
