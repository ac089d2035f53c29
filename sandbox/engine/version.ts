import semver from "semver";

/**
 * The version in the output of `pulumi version`, without the leading `v`; undefined when there is none
 * (development builds print an empty line).
 */
export function parseVersion(output: string): string | undefined {
  for (const line of output.split("\n")) {
    const version = semver.parse(line.trim());
    if (version) return version.raw.replace(/^v/, "");
  }
  return undefined;
}

/**
 * Negative when `left` is older than `right`, positive when newer, 0 when both have the same three numbers.
 * What follows a `-` or `+` is not compared: a development build of 3.259.0 counts as 3.259.0.
 * Throws on what is not a version.
 */
export function compareVersions(left: string, right: string): number {
  return semver.compare(numbers(left), numbers(right));
}

function numbers(version: string): string {
  const parsed = semver.parse(version);
  if (!parsed) throw new Error(`Not a version: "${version}". Expected three numbers, such as 3.259.0.`);
  return `${parsed.major}.${parsed.minor}.${parsed.patch}`;
}
