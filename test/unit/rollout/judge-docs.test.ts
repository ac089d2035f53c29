import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { events, gate, judged } from "./judge-support.ts";

test("EA-10 the guide's sentences are the judge's", () => {
  const rows = readFileSync("docs/judge.md", "utf8")
    .split("\n")
    .filter((line) => /^\| \d/.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows.length).toBe(4);
  expect(rows).toEqual(
    rows.map(([total = "", bad = ""]) => {
      const { verdict, reason } = judged(gate(), events(Number(total), Number(bad))).gates[0] ?? {};
      return [total, bad, `\`${verdict}\``, reason];
    }),
  );
});
