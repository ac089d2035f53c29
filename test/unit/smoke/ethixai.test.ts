import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ethixaiSuite } from "../../../ops/smoke/ethixai.ts";
import type { SmokeReport } from "../../../ops/smoke/report.ts";
import { answers, type Backend, type Misbehaviour, startBackend } from "./support.ts";

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.close());

const QUICK = { pollMilliseconds: { first: 5, longest: 50 } };
const run = (change = {}) => ethixaiSuite({ ...QUICK, ...change }).run({ url: backend.url });
const named = (report: SmokeReport, result: string) =>
  report.tests.filter((each) => each.result === result).map(({ name }) => name);

const NAMES = ["liveness", "readiness", "register", "login", "upload", "analyse", "report", "metrics"];

test("EA-11 the eight tests pass in their order against a healthy backend, and remove what they made", async () => {
  const report = await run();
  expect(named(report, "passed")).toEqual(NAMES);
  expect(report).toMatchObject({ schemaVersion: 1, url: backend.url.href, passed: true });
  expect(report.tests.flatMap(({ notes }) => notes)).toEqual([]);
  const routes = backend.seen.map(({ route }) => route);
  expect(routes.filter((route, index) => route !== routes[index - 1])).toEqual([
    "GET /health/liveness",
    "GET /health/readiness",
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/datasets",
    "POST /api/analyses",
    "GET /api/analyses/:id",
    "GET /api/reports/:id",
    "GET /metrics",
    "DELETE /api/datasets/:id",
    "DELETE /api/users/:id",
  ]);
});

test("EA-11 what is made says that it is synthetic, and that it may go 24 hours later", async () => {
  const { startedAt } = await run();
  const expiresAt = new Date(Date.parse(startedAt) + 86_400_000).toISOString();
  const runs = new Set(backend.seen.map(({ headers }) => headers["x-synthetic-run"]));
  expect(runs.size).toBe(1);
  const [runId] = runs;
  expect(runId).toMatch(/^[0-9a-f]{16}$/);
  const body = (route: string) => backend.seen.find((seen) => seen.route === route)?.body ?? "";
  expect(JSON.parse(body("POST /api/auth/register"))).toMatchObject({
    email: `synthetic+${runId}@example.com`,
    expiresAt,
  });
  expect(JSON.parse(body("POST /api/analyses"))).toMatchObject({ expiresAt });
  const upload = body("POST /api/datasets");
  expect(upload).toContain(expiresAt);
  expect(upload).toContain(`filename="synthetic-${runId}.csv"`);
  expect(upload.match(/^\d+,[ab],\d+,[01]\r?$/gm)).toHaveLength(10);
});

describe("EA-11 each test fails for its own reason, and what needs it is skipped", () => {
  const html = { "content-type": "text/html" };
  const text = { "content-type": "text/plain; version=0.0.4" };
  const later = ["report"];
  const cases: [test: string, route: string, answer: Misbehaviour, reason: string, skipped: string[]][] = [
    ["liveness", "GET /health/liveness", answers(503), "GET /health/liveness answered 503, expected 200", []],
    [
      "readiness",
      "GET /health/readiness",
      answers(503),
      "GET /health/readiness answered 503, expected 200",
      [],
    ],
    [
      "register",
      "POST /api/auth/register",
      answers(500),
      "POST /api/auth/register answered 500, expected 201",
      ["login", "upload", "analyse", "report"],
    ],
    [
      "register",
      "POST /api/auth/register",
      answers(201, { id: "u", email: "ada@example.com" }),
      "POST /api/auth/register registered another user than it was asked to",
      ["login", "upload", "analyse", "report"],
    ],
    [
      "login",
      "POST /api/auth/login",
      answers(401),
      "POST /api/auth/login answered 401, expected 200",
      ["upload", "analyse", "report"],
    ],
    [
      "login",
      "POST /api/auth/login",
      answers(200, { token: null }),
      "POST /api/auth/login answered with another body than expected: token: Invalid input: expected string, received null",
      ["upload", "analyse", "report"],
    ],
    [
      "upload",
      "POST /api/datasets",
      answers(413),
      "POST /api/datasets answered 413, expected 201",
      ["analyse", "report"],
    ],
    [
      "upload",
      "POST /api/datasets",
      answers(201, { id: "d", rows: 9 }),
      "POST /api/datasets took 9 rows in, of 10 sent",
      ["analyse", "report"],
    ],
    ["analyse", "POST /api/analyses", answers(503), "POST /api/analyses answered 503, expected 202", later],
    [
      "analyse",
      "GET /api/analyses/:id",
      answers(200, { id: "a", status: "failed" }),
      "GET /api/analyses/:id says that the analysis failed",
      later,
    ],
    [
      "analyse",
      "GET /api/analyses/:id",
      answers(200, { id: "a", status: "running" }),
      'GET /api/analyses/:id still says "running" after 0.05 s',
      later,
    ],
    ["report", "GET /api/reports/:id", answers(404), "GET /api/reports/:id answered 404, expected 200", []],
    [
      "report",
      "GET /api/reports/:id",
      answers(200, { analysisId: "a", createdAt: "2026-11-21T14:03:05Z", rows: 10, metrics: [] }),
      "GET /api/reports/:id answered with another body than expected: metrics: Too small: expected array to have >=1 items",
      [],
    ],
    [
      "report",
      "GET /api/reports/:id",
      answers(200, {
        analysisId: "a",
        createdAt: "2026-11-21T14:03:05Z",
        rows: 10,
        metrics: [{ name: "m", value: 1 }],
      }),
      "GET /api/reports/:id gave the report of another analysis",
      [],
    ],
    [
      "metrics",
      "GET /metrics",
      answers(200, "<html>", html),
      "GET /metrics answered with another content type than text/plain",
      [],
    ],
    [
      "metrics",
      "GET /metrics",
      answers(200, "up 1\nup is 1\n", text),
      "GET /metrics answered with what Prometheus can't read: line 2 is no sample",
      [],
    ],
    [
      "metrics",
      "GET /metrics",
      answers(200, "# HELP up Nothing.\n", text),
      "GET /metrics answered without a single sample",
      [],
    ],
  ];

  test.each(cases)("%s: %s %#", async (name, route, answer, reason, skipped) => {
    backend.misbehave(route, answer);
    // What hangs is given up at once; the healthy analysis takes longer, but is asked for only where it is tested.
    const report = await run(reason.includes("0.05 s") ? { analysisSeconds: 0.05 } : {});
    expect(report.passed).toBe(false);
    expect(named(report, "failed")).toEqual([name]);
    expect(report.tests.find((each) => each.name === name)?.reason).toBe(reason);
    expect(named(report, "skipped")).toEqual(skipped);
    expect(named(report, "passed")).toEqual(NAMES.filter((each) => each !== name && !skipped.includes(each)));
  });
});

test("EA-11 a skipped test names the test that should have made what it needs", async () => {
  backend.misbehave("POST /api/auth/register", answers(500));
  const { tests } = await run();
  expect(tests.find(({ name }) => name === "login")?.reason).toBe(
    'it needs the user that "register" makes, which failed',
  );
  expect(tests.find(({ name }) => name === "upload")?.reason).toBe(
    'it needs the token that "login" makes, which was skipped',
  );
});

test("EA-02 a readiness check that takes longer than its probe gives it is noted, and no failure", async () => {
  const report = await run({ readinessMilliseconds: 0 });
  expect(report.passed).toBe(true);
  expect(report.tests.find(({ name }) => name === "readiness")?.notes).toEqual([
    expect.stringMatching(/^it took \d+ ms; its probe gives it 0 ms$/),
  ]);
});

describe("EA-11 what can't be removed is noted at the test that made it, with the date when it expires", () => {
  const expires = "was not removed, and expires at \\d{4}-.+Z";

  test("because the service refuses", async () => {
    backend.misbehave("DELETE /api/datasets/:id", answers(500));
    const report = await run();
    expect(report.passed).toBe(true);
    expect(report.tests.find(({ name }) => name === "upload")?.notes).toEqual([
      expect.stringMatching(
        `^the dataset ${expires}: DELETE /api/datasets/:id answered 500, expected 200 or 204$`,
      ),
    ]);
    expect(backend.seen.at(-1)?.route).toBe("DELETE /api/users/:id");
  });

  test("because nobody could log in", async () => {
    backend.misbehave("POST /api/auth/login", answers(500));
    const report = await run();
    expect(report.tests.find(({ name }) => name === "register")?.notes).toEqual([
      expect.stringMatching(`^the user ${expires}: there is no token$`),
    ]);
  });
});

test("EA-11 a deployment that answers elsewhere says so once", async () => {
  backend.misbehave("GET /v2/alive", answers(200));
  const { tests } = await ethixaiSuite({ paths: { liveness: "/alive" } }).run({
    url: new URL("/v2/", backend.url),
    only: ["liveness"],
  });
  expect(tests).toMatchObject([{ name: "liveness", result: "passed" }]);
});
