import type { Subject } from "../core/policy.ts";
import { attempt } from "../core/unknown.ts";
import { WORKLOADS } from "../kubernetes.ts";
import { CLOUD_RUN_JOB, CLOUD_RUN_SERVICE, CRON_JOB } from "../types.ts";
import { type CostLine, hasPrice, sumRanges, toCents } from "./line.ts";
import type { Range } from "./usage.ts";

/** What several lines cost together. */
export interface CostGroup extends Range {
  readonly name: string;
}

/** A text, or undefined where there is none, or it can't be read yet. */
function textOf(read: () => string | undefined): string | undefined {
  const text = attempt(read);
  return text.unread === undefined ? text.value || undefined : undefined;
}

/** What a resource says of itself: a label on Google Cloud and in Kubernetes, a tag on Atlas. */
function stated(resource: Subject, name: string, kubernetes: readonly string[]): string | undefined {
  const { props, type } = resource;
  if (type.startsWith("kubernetes:")) {
    return kubernetes
      .map((label) => textOf(() => props.at("metadata", "labels", label).text()))
      .find((text) => text !== undefined);
  }
  return textOf(() => props.at(type.startsWith("mongodbatlas:") ? "tags" : "labels", name).text());
}

const SERVICES: readonly string[] = [CLOUD_RUN_SERVICE, CLOUD_RUN_JOB, ...WORKLOADS, CRON_JOB];

/** The service that a resource is, or says that it is part of. */
export function serviceOf(resource: Subject): string | undefined {
  const label = stated(resource, "service", ["app.kubernetes.io/name"]);
  if (label !== undefined || !SERVICES.includes(resource.type)) return label;
  const { props, type, name } = resource;
  return (
    textOf(() => (type.startsWith("kubernetes:") ? props.at("metadata", "name") : props.at("name")).text()) ??
    name
  );
}

/** The system that a resource says that it is part of, or whose component it is a child of. */
export function systemOf(resource: Subject): string | undefined {
  const label = stated(resource, "system", ["slipway.dev/system", "app.kubernetes.io/part-of"]);
  return label ?? /slipway:system:([A-Za-z0-9]+)\$/.exec(resource.urn)?.[1]?.toLowerCase();
}

/** Lines' sums by what they are part of, in the order in which each comes first; of what can't be told, nothing. */
export function grouped(lines: readonly CostLine[], by: "service" | "system"): CostGroup[] {
  const groups = Map.groupBy(lines.filter(hasPrice), (line) => line[by]);
  return [...groups].flatMap(([name, members]) =>
    name === undefined ? [] : [{ name, ...toCents(sumRanges(members)) }],
  );
}
