import type { PlanResource } from "../../automation/plan/resources.ts";

/** How two plans differ, one line for each resource or value that is not the same; empty where they are equal. */
export function differences(before: readonly PlanResource[], after: readonly PlanResource[]): string[] {
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const now = new Map(after.map((resource) => [resource.urn, resource]));
  const urns = [...new Set([...old.keys(), ...now.keys()])].sort();
  return urns.flatMap((urn) => {
    const [was, is] = [old.get(urn), now.get(urn)];
    if (was === undefined) return [`+ ${urn}`];
    if (is === undefined) return [`- ${urn}`];
    const changes = changed(was, is, "");
    return changes.length === 0 ? [] : [`~ ${urn}`, ...changes.map((change) => `    ${change}`)];
  });
}

function changed(was: unknown, is: unknown, path: string): string[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  if (!isContainer(was) || !isContainer(is) || Array.isArray(was) !== Array.isArray(is)) {
    return [`${path}: ${text(was)} → ${text(is)}`];
  }
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const inside = keys.flatMap((key) => {
    const at = Array.isArray(was) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    return changed(was[key], is[key], at);
  });
  return inside.length === 0 ? [`${path}: the order of its keys changed`] : inside;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
