import { DAY, HOUR } from "../units.ts";
import type { NormalizedObjective } from "./objective.ts";

function timeText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds} s`;
}

/** A length of time in its largest whole unit: `90 min`, `26 h`, `3 days`. */
function ageText(seconds: number): string {
  if (seconds % DAY === 0) return seconds === DAY ? "24 h" : `${seconds / DAY} days`;
  if (seconds % HOUR === 0) return `${seconds / HOUR} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : timeText(seconds);
}

/** What counts as good, in words. */
function goodText(objective: NormalizedObjective): string {
  const { kind, thresholdSeconds = 0, route, against, bad, good, total } = objective;
  switch (kind) {
    case "availability":
      return "of requests answered without a server error";
    case "latency":
      return `of requests${route === undefined ? "" : ` to ${route}`} under ${timeText(thresholdSeconds)}`;
    case "health":
      return `of ${objective.probe ?? "readiness"} probes answered well`;
    case "delta":
      return `of requests to ${route} no more than ${timeText(thresholdSeconds)} slower than to ${against}`;
    case "ratio":
      return bad === undefined ? `of ${total} counted by ${good}` : `of ${total} without ${bad}`;
    case "queries":
      return `of ${total} ${bad === undefined ? `within ${good}` : `without ${bad}`}`;
    case "freshness":
      return `of the time with ${objective.lastSuccess} no older than ${ageText(objective.maxAgeSeconds ?? 0)}`;
    case "saturation":
      return `of the time with ${objective.used} at most ${objective.limit ?? 100} % of ${objective.capacity}`;
  }
}

/** The window in words: `30 days`, `each calendar month`. */
export function windowText({ windowDays, calendar }: Pick<NormalizedObjective, "windowDays" | "calendar">) {
  return calendar === true ? "each calendar month" : windowDays === 1 ? "1 day" : `${windowDays} days`;
}

/** An objective in words: `99 % of requests under 2 s, over 30 days`. */
export function promiseText(objective: NormalizedObjective): string {
  const where = Object.entries(objective.where ?? {}).map(([label, match]) =>
    typeof match === "string"
      ? `${label} ${match}`
      : "matches" in match
        ? `${label} like ${match.matches}`
        : `${label} not like ${match.not}`,
  );
  const chosen = where.length === 0 ? "" : ` (${where.join(", ")})`;
  const each = objective.by === undefined ? "" : `, for each ${objective.by.join(" and ")}`;
  return `${objective.target} % ${goodText(objective)}${chosen}${each}, over ${windowText(objective)}`;
}
