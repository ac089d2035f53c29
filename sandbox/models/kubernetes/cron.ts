import type { Rule } from "../model.ts";

const names = {
  month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  day: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
};

/** The five fields: minute, hour, day of the month, month, day of the week. */
const fields: readonly { readonly range: readonly [number, number]; readonly names: readonly string[] }[] = [
  { range: [0, 59], names: [] },
  { range: [0, 23], names: [] },
  { range: [1, 31], names: [] },
  { range: [1, 12], names: names.month },
  { range: [0, 6], names: names.day },
];

/** The last number of a weekday: some take 7 for Sunday beside 0. */
type LastDay = 6 | 7;

function isField(text: string, index: number, lastDay: LastDay): boolean {
  const field = fields[index];
  if (field === undefined) return false;
  const [min, last] = field.range;
  const max = last === 6 ? lastDay : last;
  const numberOf = (word: string): number => {
    const named = field.names.indexOf(word.toLowerCase());
    return named >= 0 ? named + min : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  return text.split(",").every((part) => {
    const [range = "", step, ...rest] = part.split("/");
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === "*" || range === "?") return true;
    const [first = "", end = first, ...more] = range.split("-");
    const [from, to] = [numberOf(first), numberOf(end)];
    return more.length === 0 && from >= min && to <= max && from <= to;
  });
}

/** Whether a text is a schedule of five fields. */
export function isCron(text: string, lastDay: LastDay = 6): boolean {
  const parts = text.trim().split(/\s+/);
  return parts.length === 5 && parts.every((part, index) => isField(part, index, lastDay));
}

/** A schedule of a CronJob: five fields, or `@hourly` and its like. */
export const cronSchedule: Rule = (value, report) => {
  if (typeof value !== "string") return;
  if (/^(CRON_)?TZ=/.test(value))
    return report("must name no time zone; that is what timeZone is for", { got: value });
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every (\d+(\.\d+)?(h|m|s|ms))+)$/.test(value))
    return;
  if (!isCron(value))
    report("must be a schedule of five fields such as `30 3 * * *`, or one like `@hourly`", { got: value });
};
