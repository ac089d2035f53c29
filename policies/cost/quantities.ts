const GIBIBYTE = 2 ** 30;
const UNITS: Record<string, number> = {
  "": 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: GIBIBYTE,
  Ti: 2 ** 40,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** GiB in a quantity such as `512Mi`, or undefined where it is none. */
export function gibibytes(quantity: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G|T|)$/.exec(quantity) ?? [];
  return amount === undefined || unit === undefined
    ? undefined
    : (Number(amount) * (UNITS[unit] as number)) / GIBIBYTE;
}

/** CPUs in `2`, `0.5` or `500m`, or undefined. */
export function cpus(quantity: string): number | undefined {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity) ?? [];
  return amount === undefined ? undefined : Number(amount) / (milli ? 1000 : 1);
}

/** Seconds in `300s`, or undefined. */
export function secondsIn(duration: string): number | undefined {
  const [, amount] = /^(\d+(?:\.\d+)?)s$/.exec(duration) ?? [];
  return amount === undefined ? undefined : Number(amount);
}

/** Google Cloud's region in `us-east1`, `us-east1-b` or a link to either; undefined where there is none. */
export function regionIn(location: string | undefined): string | undefined {
  return /([a-z]+-[a-z]+\d+)(?:-[a-z])?$/.exec(location ?? "")?.[1];
}

/** How many of the values from `least` to `most` one field of a cron schedule means; undefined where it can't be told. */
function countOf(field: string, least: number, most: number): number | undefined {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [, range = "", step = "1"] = /^(\*|\d+(?:-\d+)?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === "" || Number(step) === 0) return undefined;
    const [from, to = part.includes("/") ? most : from] =
      range === "*" ? [least, most] : range.split("-").map(Number);
    for (let value = from as number; value <= Math.min(to as number, most); value += Number(step))
      values.add(value);
  }
  return values.size;
}

const DAYS_PER_MONTH = 365 / 12;

/** How often a cron schedule of five fields comes round in a mean month; undefined where that can't be told. */
export function runsPerMonth(schedule: string): number | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const [minutes, hours] = [countOf(minute, 0, 59), countOf(hour, 0, 23)];
  const [days, months, weekdays] = [countOf(day, 1, 31), countOf(month, 1, 12), countOf(weekday, 0, 6)];
  if ([minutes, hours, days, months, weekdays].includes(undefined)) return undefined;
  const [byDay, byWeekday] = [(days as number) / 31, (weekdays as number) / 7];
  // Where both are said, cron runs on the days that either means.
  const share = day === "*" || weekday === "*" ? byDay * byWeekday : byDay + byWeekday - byDay * byWeekday;
  return (minutes as number) * (hours as number) * DAYS_PER_MONTH * share * ((months as number) / 12);
}
