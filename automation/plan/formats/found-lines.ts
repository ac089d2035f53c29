import type { PolicyFindings } from "./words.ts";

type Found = Pick<PolicyFindings["findings"][number], "where" | "message">;

/**
 * What one policy found, for a terminal: what is said of one place stands behind it; what is said of several is said once,
 * above them. @param most how many places are named, at most
 */
export function foundLines(findings: readonly Found[], most: number): string[] {
  const rest = findings.length - most;
  const byMessage = Map.groupBy(findings.slice(0, most), ({ message }) => message);
  const lines = [...byMessage].flatMap(([message, same]) => {
    const [first, ...others] = same.map(({ where }) => where);
    return others.length === 0
      ? [`    - ${first}: ${message}`]
      : [`    - ${message}`, ...same.map(({ where }) => `        ${where}`)];
  });
  return [...lines, ...(rest > 0 ? [`    … and ${rest} more (--format json names all)`] : [])];
}
