/** One of the five fields: what it is called, its bounds, and the names that stand for its numbers. */
interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** As Cloud Scheduler reads them (the documentation's page "Cron job format and time zone"); Sunday is 0 and 7. */
const FIELDS: readonly Field[] = [
  { name: "minute", least: 0, most: 59, names: [] },
  { name: "hour", least: 0, most: 23, names: [] },
  { name: "day of the month", least: 1, most: 31, names: [] },
  { name: "month", least: 1, most: 12, names: MONTHS },
  { name: "day of the week", least: 0, most: 7, names: DAYS },
];

function numberOf(text: string, field: Field): number | undefined {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return named + field.least;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= field.least && value <= field.most ? value : undefined;
}

/** One part of a list: `*`, a number, a range, each with a step or without. */
function isPart(text: string, field: Field): boolean {
  const [range = "", step, ...more] = text.split("/");
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false;
  if (range === "*") return true;
  const [first = "", last = first, ...rest] = range.split("-");
  const [from, to] = [numberOf(first, field), numberOf(last, field)];
  return rest.length === 0 && from !== undefined && to !== undefined && from <= to;
}

/** What is wrong with a schedule of five fields, or undefined. */
export function scheduleProblem(schedule: string): string | undefined {
  const texts = schedule.trim().split(/\s+/);
  if (schedule.trim() === "" || texts.length !== FIELDS.length) {
    const count = schedule.trim() === "" ? 0 : texts.length;
    return `"${schedule}" has ${count} fields; write five (${FIELDS.map(({ name }) => name).join(", ")}), such as "30 3 * * *" for 3:30 every night`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const text = texts[index] ?? "";
    if (text.split(",").every((part) => isPart(part, field))) continue;
    const names = field.names.length === 0 ? "" : ` or ${field.names.join(", ")}`;
    return `"${text}" is no ${field.name}: write *, a number from ${field.least} to ${field.most}${names}, a range such as 1-5, a list, or a step such as */2`;
  }
  return undefined;
}

/** What is wrong with the name of a time zone, or undefined. */
export function timeZoneProblem(timeZone: string): string | undefined {
  try {
    if (/^[A-Za-z]/.test(timeZone) && new Intl.DateTimeFormat("en", { timeZone })) return undefined;
  } catch {
    // Said below, with what would do.
  }
  return `"${timeZone}" is no time zone; write a name of the tz database, such as "Etc/UTC" or "America/New_York"`;
}
