import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { Counter, Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { SmokeMetrics } from "../../../ops/smoke/metrics.ts";
import { countSamples } from "../../../ops/smoke/prometheus.ts";
import { reportOf } from "../../../ops/smoke/report.ts";
import { afterRun, NEVER_RUN } from "../../../ops/smoke/schedule.ts";

/** The lines that are no comments. */
const samples = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

function report(result: "passed" | "failed") {
  return reportOf({
    url: "https://x.example/",
    startedAt: new Date("2026-11-21T14:00:00Z"),
    seconds: 1.25,
    tests: [
      { name: "login", result, seconds: 1, notes: [] },
      { name: "upload", result: result === "passed" ? "passed" : "skipped", seconds: 0, notes: [] },
    ],
  });
}

describe("EA-11 what a schedule tells Prometheus", () => {
  test("before the first run: counters at nothing, and no figure that is not known", async () => {
    expect(samples(await new SmokeMetrics(["login", "upload"]).text())).toEqual([
      'smoke_runs_total{result="passed"} 0',
      'smoke_runs_total{result="failed"} 0',
      'smoke_test_failures_total{test="login"} 0',
      'smoke_test_failures_total{test="upload"} 0',
      "smoke_consecutive_failures 0",
    ]);
  });

  test("after a success and two failures", async () => {
    const metrics = new SmokeMetrics(["login", "upload"]);
    let state = NEVER_RUN;
    for (const result of ["passed", "failed", "failed"] as const) {
      state = afterRun(state, report(result));
      metrics.observe(report(result), state);
    }
    expect(samples(await metrics.text())).toEqual([
      'smoke_runs_total{result="passed"} 1',
      'smoke_runs_total{result="failed"} 2',
      'smoke_test_failures_total{test="login"} 2',
      'smoke_test_failures_total{test="upload"} 0',
      "smoke_run_duration_seconds 1.25",
      "smoke_consecutive_failures 2",
      `smoke_last_success_timestamp_seconds ${Date.parse("2026-11-21T14:00:00Z") / 1000}`,
    ]);
  });

  test("is served at /metrics, on one address, and nothing else is", async () => {
    const server = await new SmokeMetrics(["login"]).serve(0, "127.0.0.1");
    const { address, port } = server.address() as AddressInfo;
    expect(address).toBe("127.0.0.1");
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(countSamples(await answer.text())).toBe(4);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: "POST" })).status).toBe(404);
    server.close();
    server.closeAllConnections();
  });
});

describe("countSamples", () => {
  test.each([
    ["", 0],
    ["# HELP up Whether.\n# TYPE up gauge\nup 1\n", 1],
    ["# any comment\n\nup 1 1700000000000\n", 1],
    ['a{} 1\na{b="c"} 1\na{b="c",} 1\na { b = "c" , d = "e" }  +Inf\n', 4],
    ["a NaN\na -Inf\na 1e-7\na .5\na 5.\na:b_total -3\n", 6],
    ['a{path="C:\\\\x",text="say \\"hi\\", {x}=1"} 1\n', 1],
    ["up 1\r\n", 1],
  ])("%j holds %i", (text, count) => {
    expect(countSamples(text)).toBe(count);
  });

  test.each([
    ["up\n", "line 1 is no sample"],
    ["up 1\nup one\n", "line 2 is no sample"],
    ['up{a="b} 1\n', "line 1 is no sample"],
    ['up{a="b"c="d"} 1\n', "line 1 is no sample"],
    ['up{a-b="c"} 1\n', "line 1 is no sample"],
    ["1up 1\n", "line 1 is no sample"],
    ["up 1 2 3\n", "line 1 is no sample"],
    ["<html></html>\n", "line 1 is no sample"],
    ["# TYPE up meter\n", "line 1 is no TYPE line"],
    ["# HELP 1up x\n", "line 1 is no HELP line"],
  ])("%j is refused", (text, message) => {
    expect(() => countSamples(text)).toThrow(message);
  });

  test("reads whatever prom-client writes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string({ unit: "binary" }), { maxLength: 10 }), async (labels) => {
        const registers = [new Registry()];
        const counter = new Counter({ name: "c_total", help: "x\ny", labelNames: ["l"], registers });
        for (const l of labels) counter.inc({ l });
        expect(countSamples((await registers[0]?.metrics()) ?? "")).toBe(labels.length);
      }),
    );
  });
});
