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

function isField(text: string, index: number): boolean {
  const field = fields[index];
  if (field === undefined) return false;
  const [min, max] = field.range;
  const numberOf = (word: string): number => {
    const named = field.names.indexOf(word.toLowerCase());
    return named >= 0 ? named + min : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  return text.split(",").every((part) => {
    const [range = "", step, ...rest] = part.split("/");
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === "*" || range === "?") return true;
    const [first = "", last = first, ...more] = range.split("-");
    const [from, to] = [numberOf(first), numberOf(last)];
    return more.length === 0 && from >= min && to <= max && from <= to;
  });
}

/** A schedule of a CronJob: five fields, or `@hourly` and its like. */
export const cronSchedule: Rule = (value, report) => {
  if (typeof value !== "string") return;
  if (/^(CRON_)?TZ=/.test(value))
    return report("must name no time zone; that is what timeZone is for", { got: value });
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every (\d+(\.\d+)?(h|m|s|ms))+)$/.test(value))
    return;
  const parts = value.trim().split(/\s+/);
  if (parts.length !== 5 || !parts.every(isField))
    report("must be a schedule of five fields such as `30 3 * * *`, or one like `@hourly`", { got: value });
};
