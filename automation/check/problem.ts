import { CommandFailure } from "../exit.ts";

/** Something in the input that keeps it from being judged. */
export interface InputProblem {
  /** As the caller names it; `stdin` for standard input. */
  readonly file: string;
  /** From 1, where it has a place. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** Never quotes the file: what is in it may be a secret. */
  readonly message: string;
}

/** So many problems are told in full; the rest is counted. */
const shownProblems = 50;

/** All that is wrong with the input, as compilers write it: editors and terminals open `file:line:column`. */
export function inputFailure(problems: readonly InputProblem[]): CommandFailure {
  const lines = problems
    .toSorted(
      (a, b) =>
        (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    )
    .slice(0, shownProblems)
    .map(
      ({ file, line, column, message }) =>
        `${[file, line, column].filter((part) => part !== undefined).join(":")}: ${message}`,
    );
  const rest = problems.length - lines.length;
  return new CommandFailure([...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n"));
}
