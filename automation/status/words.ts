import { counted, momentText } from "./figures.ts";
import type { SeriesStatus, Status } from "./status.ts";

/** Who measured, in words. */
export function sourceText({ source, at }: Status): string {
  const from =
    source.kind === "prometheus"
      ? `measured by ${source.address}`
      : `counted by the local cloud ${source.address} since it started at ${momentText(source.since)}`;
  return `${from}, at ${momentText(at)}`;
}

/** How all alerts stand, in words. */
export function alertsText({ totals, source }: Status): string {
  if (source.kind === "local cloud") return "nobody evaluates alerts here";
  const others = totals.firing - totals.pages;
  const firing = [
    ...(totals.pages === 0 ? [] : [counted(totals.pages, "page")]),
    ...(others === 0 ? [] : [counted(others, totals.pages === 0 ? "alert" : "other alert")]),
  ].join(" and ");
  return [
    totals.firing === 0 ? "no alert fires" : `${firing} ${totals.firing === 1 ? "fires" : "fire"}`,
    ...(totals.pending === 0 ? [] : [`${totals.pending} pending`]),
  ].join("; ");
}

/** How all objectives stand, in words. */
export function objectivesText({ totals }: Status): string {
  if (totals.objectives === 0) return "nothing is promised of this stack";
  return [
    `${totals.kept} of ${counted(totals.objectives, "objective")} kept`,
    ...(totals.missed === 0 ? [] : [`${totals.missed} missed`]),
    ...(totals.noData === 0 ? [] : [`${totals.noData} without data`]),
  ].join("; ");
}

/** `route /chat`; empty where an objective is one whole. */
export function labelsText(labels: SeriesStatus["labels"]): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label} ${value === "" ? "(none)" : value}`)
    .join(", ");
}
