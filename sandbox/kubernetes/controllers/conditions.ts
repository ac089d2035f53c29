/** A condition as Kubernetes' objects carry it. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number | undefined;
  readonly lastTransitionTime: string;
}

/** What a stand-in says; the time of the last change is added by {@link conditions}. */
export type Saying = Omit<Condition, "lastTransitionTime" | "observedGeneration">;

/** That something is so, in a stand-in's words. */
export const holds = (type: string, reason: string, message: string): Saying => ({
  type,
  status: "True",
  reason,
  message,
});

/** That something is not so, and why. */
export const fails = (type: string, reason: string, message: string): Saying => ({
  type,
  status: "False",
  reason,
  message,
});

/** Whether a condition of this type is True. */
export function isTrue(list: readonly { type: string; status: string }[] | undefined, type: string): boolean {
  return list?.some((each) => each.type === type && each.status === "True") ?? false;
}

/** Conditions with times: a condition whose status is what it was keeps the time of its last change. */
export function conditions(
  sayings: readonly Saying[],
  before: readonly Condition[] | undefined,
  generation?: number,
  now = new Date(),
): Condition[] {
  return sayings.map((saying) => {
    const old = before?.find(({ type }) => type === saying.type);
    return {
      ...saying,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime:
        old?.status === saying.status ? old.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`,
    };
  });
}

/** Whether the second list says anything that the first does not. */
export function differs(before: readonly Condition[] | undefined, after: readonly Condition[]): boolean {
  return after.some((each) => {
    const old = before?.find(({ type }) => type === each.type);
    return (
      old?.status !== each.status ||
      old.reason !== each.reason ||
      old.message !== each.message ||
      old.observedGeneration !== each.observedGeneration
    );
  });
}
