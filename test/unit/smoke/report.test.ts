import { expect, test } from "vitest";
import { reportOf, reportText } from "../../../ops/smoke/report.ts";

const report = reportOf({
  url: "https://api.example.com/",
  startedAt: new Date("2026-11-21T14:00:00Z"),
  seconds: 12.34,
  tests: [
    { name: "liveness", result: "passed", seconds: 0.0123, notes: [] },
    { name: "login", result: "passed", seconds: 1.26, notes: ["it was slow"] },
    {
      name: "upload",
      result: "failed",
      seconds: 10,
      reason: "POST /x answered 500, expected 201",
      notes: [],
    },
    { name: "report", result: "skipped", seconds: 0, reason: "it needs the dataset", notes: [] },
  ],
});

test("EA-11 a report is one line for each test, with why it failed, and the count", () => {
  expect(reportText(report, false)).toBe(
    [
      "Smoke tests of https://api.example.com/",
      "✓ liveness  12 ms",
      "✓ login     1.3 s",
      "            note: it was slow",
      "✗ upload    POST /x answered 500, expected 201",
      "– report    it needs the dataset",
      "4 tests: 2 passed, 1 failed, 1 skipped, in 12.3 s",
    ].join("\n"),
  );
});

test("colours come only where they are asked for", () => {
  expect(reportText(report, false)).not.toContain("\u001b");
  expect(reportText(report, true)).toContain("\u001b[31m✗\u001b[39m upload");
});

test("a run passed where every test did; a skipped one did not", () => {
  const passed = (results: readonly ("passed" | "failed" | "skipped")[]) =>
    reportOf({
      ...report,
      startedAt: new Date(),
      tests: results.map((result) => ({ name: "x", result, seconds: 0, notes: [] })),
    }).passed;
  expect(passed(["passed", "passed"])).toBe(true);
  expect(passed(["passed", "failed"])).toBe(false);
  expect(passed(["passed", "skipped"])).toBe(false);
});
