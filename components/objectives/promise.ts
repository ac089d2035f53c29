import { DAY, HOUR } from "../units.ts";
import { countsEvents } from "./indicator.ts";
import type { NormalizedObjective } from "./objective.ts";

/** A short time: `200 ms`, `1.5 s`. */
export function timeText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds} s`;
}

/** A length of time in its largest whole unit: `90 min`, `26 h`, `3 days`. */
function ageText(seconds: number): string {
  if (seconds % DAY === 0) return seconds === DAY ? "24 h" : `${seconds / DAY} days`;
  if (seconds % HOUR === 0) return `${seconds / HOUR} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : timeText(seconds);
}

/** What a share of time is held to at any moment, in words. */
function momentText(objective: NormalizedObjective): string {
  const { kind, thresholdSeconds = 0, route, against } = objective;
  switch (kind) {
    case "freshness":
      return `${objective.lastSuccess} no older than ${ageText(objective.maxAgeSeconds ?? 0)}`;
    case "saturation":
      return `${objective.used} at most ${objective.limit ?? 100} % of ${objective.capacity}`;
    default:
      return `requests to ${route} no more than ${timeText(thresholdSeconds)} slower than to ${against}`;
  }
}

/** What counts as good, in words. */
function goodText(objective: NormalizedObjective): string {
  const { kind, thresholdSeconds = 0, route, bad, good, total } = objective;
  switch (kind) {
    case "availability":
      return "of requests answered without a server error";
    case "latency":
      return `of requests${route === undefined ? "" : ` to ${route}`} under ${timeText(thresholdSeconds)}`;
    case "health":
      return `of ${objective.probe ?? "readiness"} probes answered well`;
    case "delta":
      return `of ${momentText(objective)}`;
    case "ratio":
      return bad === undefined ? `of ${total} counted by ${good}` : `of ${total} without ${bad}`;
    case "queries":
      return `of ${total} ${bad === undefined ? `within ${good}` : `without ${bad}`}`;
    case "freshness":
    case "saturation":
      return `of the time with ${momentText(objective)}`;
  }
}

/** The window in words: `30 days`, `each calendar month`. */
export function windowText({ windowDays, calendar }: Pick<NormalizedObjective, "windowDays" | "calendar">) {
  return calendar === true ? "each calendar month" : windowDays === 1 ? "1 day" : `${windowDays} days`;
}

/** Which series are meant, in words. */
function chosenText(objective: NormalizedObjective): string {
  const where = Object.entries(objective.where ?? {}).map(([label, match]) =>
    typeof match === "string"
      ? `${label} ${match}`
      : "matches" in match
        ? `${label} like ${match.matches}`
        : `${label} not like ${match.not}`,
  );
  const chosen = where.length === 0 ? "" : ` (${where.join(", ")})`;
  const each = objective.by === undefined ? "" : `, for each ${objective.by.join(" and ")}`;
  return `${chosen}${each}`;
}

/** An objective in words: `99 % of requests under 2 s, over 30 days`. */
export function promiseText(objective: NormalizedObjective): string {
  const { target } = objective;
  return `${target} % ${goodText(objective)}${chosenText(objective)}, over ${windowText(objective)}`;
}

/** What a release asks of one version, whatever the window: `99 % of requests under 2 s`; of a share of time, that it holds now. */
export function gateText(objective: NormalizedObjective): string {
  const asked = countsEvents(objective)
    ? `${objective.target} % ${goodText(objective)}`
    : momentText(objective);
  return `${asked}${chosenText(objective)}`;
}
