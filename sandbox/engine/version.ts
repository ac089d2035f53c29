const pattern = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/;

/**
 * The version in the output of `pulumi version`, without the leading `v`; undefined when there is none
 * (development builds print an empty line). What follows a `-` or `+` is kept for showing, and not compared.
 */
export function parseVersion(output: string): string | undefined {
  const line = output
    .split("\n")
    .map((each) => each.trim())
    .find((each) => pattern.test(each));
  return line?.replace(/^v/, "");
}

/** Negative when `left` is older than `right`, positive when newer, 0 when both have the same three numbers. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] {
  const match = pattern.exec(version);
  if (!match) throw new Error(`Not a version: "${version}". Expected three numbers, such as 3.259.0.`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}
