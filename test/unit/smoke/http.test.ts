import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ethixaiSuite } from "../../../ops/smoke/ethixai.ts";
import { createHttp } from "../../../ops/smoke/http.ts";
import { reportText } from "../../../ops/smoke/report.ts";
import { answers, type Backend, type Misbehaviour, startBackend } from "./support.ts";

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.close());

const http = (base = backend.url) =>
  createHttp({ base, runId: "run", requestSeconds: 5, signal: new AbortController().signal });
const login = { method: "POST", path: "/login", token: "t0ken", json: { password: "hunter2" } } as const;

describe("what is wrong is told with method, path and what was expected", () => {
  const schema = z.object({ user: z.object({ id: z.string() }) });
  test.each<[string, Misbehaviour, string]>([
    ["a status", answers(502), "POST /login answered 502, expected 200"],
    [
      "a redirect, which is not followed",
      answers(302, "", { location: "https://other.example/?token=t0ken" }),
      "POST /login answered 302, expected 200: it redirects to https://other.example",
    ],
    ["a body that is none", answers(200, "hunter2"), "POST /login answered with a body that is no JSON"],
    [
      "a body of another shape",
      answers(200, { user: { id: 7, hunter2: "t0ken" } }),
      "POST /login answered with another body than expected: user.id: Invalid input: expected string, received number",
    ],
    ["too much", answers(200, " ".repeat(5_000_001)), "POST /login answered with more than 5000000 bytes"],
    [
      "a connection that breaks",
      (response) => response.socket?.destroy(),
      expect.stringMatching(
        /^POST \/login was not answered: the connection to 127\.0\.0\.1:\d+ failed \(UND_ERR_SOCKET\)$/,
      ),
    ],
  ])("%s", async (_, answer, message) => {
    backend.misbehave("POST /login", answer);
    await expect(http().json(login, 200, schema)).rejects.toMatchObject({ name: "SmokeFailure", message });
  });
});

test("paths go below the base address, and an id stays one segment", async () => {
  const base = new URL("/base/", backend.url);
  backend.misbehave("GET /base/things/a%2F..%2F%24%26", answers(200));
  await http(base).send({ method: "GET", path: "/things/:id", id: "a/../$&" }, 200);
  expect(backend.seen[0]).toMatchObject({ headers: { "x-synthetic-run": "run" } });
});

test("a token that no header can hold is not quoted", async () => {
  const sent = http().send({ ...login, token: "t0ken\nx" }, 200);
  await expect(sent).rejects.toThrow(/^POST \/login was not answered: .* \(no code\)$/);
});

describe("EA-11 no password and no token is in any output, whatever the service answers", () => {
  const routes = [
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/datasets",
    "POST /api/analyses",
    "GET /api/analyses/:id",
    "GET /api/reports/:id",
    "DELETE /api/datasets/:id",
  ];
  /** Ways to throw back at the client whatever it sent. */
  const echoes: Record<string, (heard: string) => Misbehaviour> = {
    "in a body with another status": (heard) => answers(500, heard),
    "in a body that is no JSON": (heard) => answers(200, heard),
    "in values and names of JSON": (heard) =>
      answers(201, { [heard]: heard, id: [heard], token: `${heard}\n` }),
    "in a redirect": (heard) =>
      answers(307, "", { location: `https://x.example/${encodeURIComponent(heard)}` }),
  };

  test.each(routes.flatMap((route) => Object.keys(echoes).map((echo) => [route, echo] as const)))(
    "%s %s",
    async (route, echo) => {
      const secrets = () => {
        const password = backend.seen.map(({ body }) => /"password":"([^"]+)"/.exec(body)?.[1]);
        const token = backend.seen.map(({ headers }) => headers.authorization?.slice("Bearer ".length));
        return [...new Set([...password, ...token])].filter((secret) => secret !== undefined);
      };
      backend.misbehave(route, (response, seen) => {
        echoes[echo]?.([...secrets(), seen.body].join(" "))(response, seen);
      });
      const report = await ethixaiSuite({
        analysisSeconds: 1,
        pollMilliseconds: { first: 5, longest: 50 },
      }).run({
        url: backend.url,
      });
      expect(backend.seen.map((seen) => seen.route)).toContain(route);
      const output = `${JSON.stringify(report)}\n${reportText(report, true)}`;
      if (route !== "POST /api/auth/register") expect(secrets()).not.toEqual([]);
      for (const secret of secrets()) expect(output).not.toContain(secret);
    },
  );
});
