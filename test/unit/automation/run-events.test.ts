import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, test } from "vitest";
import { readable } from "../../../automation/deploy/operations.ts";
import { changed, changesText, newRecord, note } from "../../../automation/deploy/run-events.ts";
import { type Summary, summaryText } from "../../../automation/deploy/summary.ts";
import { slowly } from "../../../automation/deploy/tasks.ts";

function event(parts: object): EngineEvent {
  return { sequence: 1, timestamp: 1, ...parts } as EngineEvent;
}

describe("a run's record", () => {
  test("gathers what the engine says, each error once, without colour", () => {
    const record = newRecord();
    const error = {
      severity: "error",
      message: "<{%fg 1%}>no such\u001b[31m thing<{%reset%}>\n",
      color: "never",
    };
    note(record, event({ diagnosticEvent: error }));
    note(record, event({ diagnosticEvent: error }));
    note(record, event({ diagnosticEvent: { ...error, ephemeral: true, message: "passing by" } }));
    note(record, event({ resOutputsEvent: { metadata: { urn: "a" } } }));
    for (const op of ["same", "create-replacement", "replace", "delete-replaced"]) {
      note(
        record,
        event({
          resourcePreEvent: { metadata: { urn: "c", op, diffs: op === "same" ? undefined : ["x", "x"] } },
        }),
      );
    }
    note(record, event({ resOpFailedEvent: { metadata: { urn: "b" } } }));
    note(
      record,
      event({ summaryEvent: { resourceChanges: { create: 2, same: 3 }, policyPacks: { security: "1" } } }),
    );
    expect(record.errors).toEqual(["no such thing"]);
    expect([...record.finished]).toEqual(["a"]);
    expect([...record.failed]).toEqual(["b"]);
    expect([...record.steps.values()]).toEqual([{ urn: "c", operation: "replace", properties: ["x"] }]);
    expect(changed(record)).toBe(2);
  });

  test("tells what could not be judged yet from what is violated", () => {
    const record = newRecord();
    const finding = { policyName: "p", policyPackName: "k", resourceUrn: "u", enforcementLevel: "mandatory" };
    note(
      record,
      event({
        policyEvent: { ...finding, message: "Title.\nnot evaluated: x is not known before deployment" },
      }),
    );
    note(record, event({ policyEvent: { ...finding, message: "Title.\nx is wrong" } }));
    for (const said of ["x is wrong", "not evaluated: x is not known before deployment"]) {
      const message = `Title.\nexempted: ${said}\nshop answers for it until 2030-01-01: Because.`;
      note(record, event({ policyEvent: { ...finding, enforcementLevel: "advisory", message } }));
    }
    expect(record.findings.map(({ notEvaluated, exempted }) => [notEvaluated, exempted])).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [true, true],
    ]);
  });

  test("tells what policies mended, by the properties that differ", () => {
    const record = newRecord();
    const mended = { policyName: "p", policyPackName: "k", resourceUrn: "u" };
    const before = { same: [1], spec: { a: 1 }, __defaults: [] };
    const after = { same: [1], spec: { a: 2 }, __defaults: ["x"], added: true };
    note(record, event({ policyRemediationEvent: { ...mended, before, after } } as object));
    expect(record.remediations).toEqual([
      { pack: "k", policy: "p", urn: "u", properties: ["added", "spec"] },
    ]);
  });

  test.each([
    [{}, "nothing to change", "nothing to change"],
    [{ same: 7 }, "nothing to change", "nothing to change"],
    [
      { create: 2, update: 1, delete: 1, same: 7 },
      "2 to create, 1 to update, 1 to delete",
      "2 created, 1 updated, 1 deleted",
    ],
    [{ refresh: 1 }, "1 to refresh", "1 refreshed"],
  ])("%j in words", (changes, planned, done) => {
    const record = { ...newRecord(), changes };
    expect(changesText(record, "planned")).toBe(planned);
    expect(changesText(record, "done")).toBe(done);
  });
});

test("progress in a log says what is new at once, and what only counts on every five seconds", () => {
  const said: string[] = [];
  let now = 0;
  const report = slowly(
    (message) => said.push(message),
    () => now,
  );
  for (const [at, message] of [
    [100, "starting the local cloud"],
    [200, "1 of 9 resources"],
    [900, "2 of 9 resources"],
    [5_300, "7 of 9 resources"],
    [5_400, "removing"],
  ] as const) {
    now = at;
    report(message);
  }
  expect(said).toEqual(["starting the local cloud", "1 of 9 resources", "7 of 9 resources", "removing"]);
});

test("an error of the program is read without its trace and wrappings", () => {
  const error = [
    "Running program '/x/index.ts' failed with an unhandled exception:",
    '<ref *1> Error: error serializing property "outputs": error serializing property "value": no version 1',
    "    at Object.callback (/x/invoke.ts:301:37)",
    "    at processTicksAndRejections (node:internal/process/task_queues:85:11) {",
    "  promise: Promise { <rejected> [Circular *1] }",
    "}",
  ].join("\n");
  expect(readable(error)).toBe("no version 1");
  expect(readable("Pulumi.staging.yaml: 2 problems\n  - a\n  - b")).toBe(
    "Pulumi.staging.yaml: 2 problems\n  - a\n  - b",
  );
});

test("the summary says what a person wants to know, and nothing where there is nothing", () => {
  const summary: Summary = {
    stack: "sandbox",
    sandbox: true,
    command: "up",
    workloads: [{ workload: "shop/api", pods: { ready: 1, all: 2 } }],
    changes: { create: 1 },
    changed: "1 created",
    steps: [
      {
        urn: "urn:pulumi:s::p::a:b:C$gcp:cloudrunv2/service:Service::api",
        operation: "update",
        properties: ["template"],
      },
    ],
    policies: {
      asked: 2,
      findings: [
        {
          pack: "k",
          policy: "p",
          urn: "urn:pulumi:s::p::t::api",
          message: "Title.\nwrong",
          mandatory: false,
          notEvaluated: false,
          exempted: false,
        },
        {
          pack: "k",
          policy: "q",
          urn: undefined,
          message: "not evaluated: x",
          mandatory: true,
          notEvaluated: true,
          exempted: false,
        },
        {
          pack: "k",
          policy: "q",
          urn: undefined,
          message: "not evaluated: y",
          mandatory: true,
          notEvaluated: true,
          exempted: false,
        },
        {
          pack: "k",
          policy: "r",
          urn: "urn:pulumi:s::p::t::web",
          message: "Title.\nexempted: wrong\nshop answers for it until 2030-01-01: Because.",
          mandatory: false,
          notEvaluated: false,
          exempted: true,
        },
      ],
      remediations: [{ pack: "k", policy: "m", urn: "urn:pulumi:s::p::t::web", properties: ["spec"] }],
    },
    resources: [],
    addresses: [
      { service: "shop/api", url: "http://127.0.0.1:1", status: 200 },
      { service: "shop/web", url: "http://127.0.0.1:2", status: undefined },
    ],
    services: [],
    cost: { low: 1, expected: 20, high: 300, missing: ["bucket b"] },
    warnings: [],
    next: ["npx slipway sandbox status"],
  };
  expect(summaryText(summary, false)).toBe(
    [
      "",
      "Changes",
      "  ~ update  api gcp:cloudrunv2:Service: template",
      "",
      "Answering now",
      "  shop/api                 http://127.0.0.1:1  answers 200",
      "  shop/web                 http://127.0.0.1:2  does not answer",
      "",
      "In the cluster",
      "  shop/api                 1 of 2 pods ready",
      "",
      "Policies",
      "  2 policies asked: 1 violation",
      "  ! p api",
      "    Title.",
      "    wrong",
      "  ~ r web",
      "    Title.",
      "    exempted: wrong",
      "    shop answers for it until 2030-01-01: Because.",
      "  ✓ m web mended spec",
      "  ? not evaluated, because a value is not known before deployment: q 2 times",
      "",
      "Cost",
      "  about $20 a month at list prices in its own cloud ($1.00 idle, $300 at peak day and night)",
      "  without a known price: bucket b",
      "",
      "Next",
      "  npx slipway sandbox status",
      "",
      "sandbox (sandbox): 1 created",
      "",
    ].join("\n"),
  );
});
