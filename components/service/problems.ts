/** A problem where a number lies outside its bounds. @param whole whether it has to be a whole number */
export function within(at: string, value: number, least: number, most: number, whole = true): string[] {
  const ok = value >= least && value <= most && (!whole || Number.isInteger(value));
  return ok ? [] : [`${at}: ${value} must be ${whole ? "a whole number " : ""}from ${least} to ${most}`];
}

/** A problem with its path in front; none where there is none. */
export function at(path: string, problem: string | undefined): string[] {
  return problem === undefined ? [] : [`${path}: ${problem}`];
}
