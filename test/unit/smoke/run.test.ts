import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ethixaiSuite } from "../../../ops/smoke/ethixai.ts";
import { selectTests } from "../../../ops/smoke/run.ts";
import { defineSuite, madeOf, type SuiteDefinition } from "../../../ops/smoke/suite.ts";
import { answers, type Backend, startBackend } from "./support.ts";

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.close());

interface Values {
  readonly thing: string;
  readonly use: string;
}
const made = madeOf<Values>();
const hangs = () => {};

/** Makes a thing, hangs over its use, and removes it. */
const parts: SuiteDefinition<Values> = {
  name: "example",
  tests: [
    made.test({ name: "make", what: "a thing is made", gives: "thing", run: async () => ({ thing: "t" }) }),
    made.test({
      name: "use",
      what: "it can be used",
      needs: ["thing"],
      gives: "use",
      async run({ http, given }) {
        await http.send({ method: "POST", path: "/use", json: given.thing }, 200);
        return { use: "u" };
      },
    }),
    made.test({
      name: "other",
      what: "all else",
      async run({ http }) {
        await http.send({ method: "GET", path: "/health/liveness" }, 200);
        return {};
      },
    }),
  ],
  removals: [
    made.removal({
      of: "thing",
      needs: ["thing"],
      run: async ({ http }) => void (await http.send({ method: "DELETE", path: "/thing" }, 204)),
    }),
  ],
};
const suite = defineSuite(parts);

describe("EA-11 a run is bounded", () => {
  beforeEach(() => {
    backend.misbehave("POST /use", hangs);
    backend.misbehave("DELETE /thing", answers(204, ""));
  });

  test("as a whole; what was made is removed all the same", async () => {
    const report = await suite.run({ url: backend.url, timeoutSeconds: 1 });
    const over = "the time for the tests was over, 0.9 s of the run's 1 s";
    expect(report.tests).toMatchObject([
      { name: "make", result: "passed", notes: [] },
      { name: "use", result: "failed", reason: `POST /use was cut short: ${over}` },
      { name: "other", result: "skipped", reason: over },
    ]);
    expect(backend.seen.map(({ route }) => route)).toEqual(["POST /use", "DELETE /thing"]);
  });

  test("also where it waits, and where removing takes no end", async () => {
    backend.misbehave("DELETE /thing", hangs);
    const [make] = parts.tests;
    const waits = made.test({
      name: "wait",
      what: "nothing",
      run: async ({ signal }) => sleep(60_000, {}, { signal }),
    });
    const report = await defineSuite<Values>({
      ...parts,
      tests: [...(make ? [make] : []), waits],
    }).run({ url: backend.url, timeoutSeconds: 1 });
    expect(report.tests).toMatchObject([
      {
        result: "passed",
        notes: [expect.stringMatching(/: DELETE \/thing was cut short: the 0\.1 s for it were over$/)],
      },
      { result: "failed", reason: "cut short: the time for the tests was over, 0.9 s of the run's 1 s" },
    ]);
  });

  test("request by request", async () => {
    const report = await suite.run({ url: backend.url, requestSeconds: 0.05 });
    expect(report.tests).toMatchObject([
      { result: "passed" },
      { result: "failed", reason: "POST /use gave no whole answer within 0.05 s" },
      { result: "passed" },
    ]);
  });

  test("by whoever interrupts it, who leaves nothing behind", async () => {
    const stop = new AbortController();
    backend.misbehave("POST /use", () => stop.abort());
    const report = await suite.run({ url: backend.url, signal: stop.signal });
    expect(report.tests).toMatchObject([
      { result: "passed", notes: [] },
      { result: "failed", reason: "POST /use was cut short: the run was interrupted" },
      { result: "skipped", reason: "the run was interrupted" },
    ]);
    expect(backend.seen.at(-1)?.route).toBe("DELETE /thing");
  });
});

test("EA-11 where nothing answers, one test says so and the others are skipped", async () => {
  const { url } = backend;
  await backend.close();
  const { tests, passed } = await ethixaiSuite().run({ url });
  expect(passed).toBe(false);
  expect(tests[0]).toMatchObject({
    result: "failed",
    reason: `GET /health/liveness did not reach ${url.host}: nothing listens there (ECONNREFUSED). Check the address, and whether the service runs.`,
  });
  expect(new Set(tests.slice(1).map(({ result, reason }) => `${result}: ${reason}`))).toEqual(
    new Set([`skipped: nothing answers at ${url.href}`]),
  );
  backend = await startBackend();
});

test("a test that breaks by itself fails, and its error is not quoted", async () => {
  const broken = defineSuite<Values>({
    name: "broken",
    tests: [
      made.test({
        name: "broken",
        what: "nothing",
        async run() {
          throw new TypeError("hunter2");
        },
      }),
    ],
    removals: [],
  });
  const { tests } = await broken.run({ url: backend.url });
  expect(tests).toMatchObject([{ result: "failed", reason: "the test itself broke: TypeError" }]);
});

describe("selectTests", () => {
  const values = ["a", "b", "c", "d", "e", "f"] as const;
  /** Each test makes the value of its own name and needs some that are made before. */
  const suites = fc.tuple(...values.map((_, index) => fc.subarray(values.slice(0, index)))).map((needs) =>
    values.map((name, index) => ({
      name,
      what: "",
      gives: name,
      needs: needs[index] ?? [],
      run: async () => ({}),
    })),
  );

  test("takes what is named and what that needs, nothing else, in the suite's order", () => {
    fc.assert(
      fc.property(suites, fc.subarray([...values], { minLength: 1 }), (tests, only) => {
        const chosen = selectTests<Record<string, string>>(tests, only).map(({ name }) => name);
        const needed = chosen.flatMap((name) => tests.find((each) => each.name === name)?.needs ?? []);
        expect(chosen).toEqual(values.filter((name) => chosen.includes(name)));
        expect(new Set(chosen)).toEqual(new Set([...only, ...needed]));
      }),
    );
  });

  test("refuses a name that there is none of, before anything is sent", async () => {
    const wrong = ethixaiSuite().run({ url: backend.url, only: ["login", "logout"] });
    await expect(wrong).rejects.toMatchObject({
      name: "UsageError",
      message:
        'there is no test "logout". There are: liveness, readiness, register, login, upload, analyse, report, metrics.',
    });
    expect(backend.seen).toEqual([]);
  });
});
