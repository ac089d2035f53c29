import type { Version } from "../../../components/release/ledger.ts";
import { DAY, HOUR } from "../../../components/units.ts";
import { figure } from "../../status/figures.ts";
import type { RolloutTarget } from "../machine/event.ts";
import type { RolloutPlan, Strategy } from "../machine/plan.ts";

/** A length of time in its two largest units: `45 s`, `6 min 20 s`, `1 h 30 min`, `48 h`, `3 days 2 h`. */
export function lengthText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (large: number, one: string, small: number, other: string) =>
    [`${Math.floor(whole / large)} ${one}`, ...rest(large, small, other)].join(" ");
  const rest = (large: number, small: number, unit: string) => {
    const left = Math.floor((whole % large) / small);
    return left === 0 ? [] : [`${left} ${unit}`];
  };
  if (whole < 60) return `${whole} s`;
  if (whole < HOUR) return two(60, "min", 1, "s");
  if (whole <= 2 * DAY) return two(HOUR, "h", 60, "min");
  return two(DAY, "days", HOUR, "h");
}

/** Seconds from one moment to another. */
export function between(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

/** A share of events, 0 to 1, in percent: `1.9 %`. */
export function percentText(share: number): string {
  return `${figure(share * 100)} %`;
}

/** A count, thousands apart: `2,310`. Fractions, which rates give, are rounded. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** An image without what all of them share: `backend:1.5.0`, `backend@sha256:1a2b3c4d5e6f`. */
export function imageText(image: string): string {
  const last = image.split("/").at(-1) ?? image;
  return last.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1");
}

/** A version: its image, and the revision that it runs as, where that is known. */
export function versionText({ image, revision }: Version): string {
  return revision === undefined ? imageText(image) : `${imageText(image)} (${revision})`;
}

/** `ethixai/backend`. */
export function serviceText({ system, service }: Pick<RolloutTarget, "system" | "service">): string {
  return `${system}/${service}`;
}

/** What a weight is a share of. */
export function sharedOut({ traffic }: Pick<RolloutPlan, "traffic">): "requests" | "users" {
  return traffic.kind === "cohort" ? "users" : "requests";
}

/** How a release goes, in words. */
export const STRATEGIES: Record<Strategy, string> = {
  canary: "canary",
  "blue-green": "blue-green",
  cohort: "cohort of users",
  soak: "soak",
  hotfix: "hotfix without a canary",
};

/** `1st`, `2nd`, `3rd`, `4th`. */
export function ordinal(count: number): string {
  const teen = count % 100 > 10 && count % 100 < 14;
  return `${count}${(teen ? undefined : ["th", "st", "nd", "rd"][count % 10]) ?? "th"}`;
}

/** How long something was held, and was to be: `held 6 min of 15 min`, `held 1 h, 15 min were planned`. */
export function heldText(heldSeconds: number, holdSeconds: number): string {
  const [held, hold] = [lengthText(heldSeconds), lengthText(holdSeconds)];
  return heldSeconds <= holdSeconds ? `held ${held} of ${hold}` : `held ${held}, ${hold} were planned`;
}

/** Who paused a release: a person, or its plan. */
export function pauserText({ by }: { readonly by: string }): string {
  return by === "plan" ? "the plan" : by;
}

/** `: why`, where somebody said why. */
export function because(reason: string | undefined): string {
  return reason === undefined || reason.trim() === "" ? "" : `: ${reason}`;
}
