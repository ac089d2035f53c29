import { describe, expect, test } from "vitest";
import { runProbes } from "../../../automation/rollout/actuators/probes.ts";
import { runTests } from "../../../automation/rollout/actuators/tests.ts";
import { serveInTest } from "../../support/http.ts";

const signal = () => new AbortController().signal;
/** A result's line without its time, which is measured. */
const timeless = (text: string) => text.replaceAll(/\bin \d+(\.\d+)? s/g, "in … s");

describe("runTests", () => {
  test("AC-04 tells each test, its status and its time", async () => {
    const { url } = await serveInTest((request, response) => {
      response.writeHead(request.url === "/moved" ? 302 : 200, { location: "/" }).end('{"status":"ok"}');
    });
    const tests = [
      { name: "health", path: "/health", contains: '"ok"' },
      { name: "moved", path: "/moved", status: 302 },
    ];
    const results = await runTests(tests, url, signal());
    expect(results.map((result) => ({ ...result, text: timeless(result.text) }))).toEqual([
      { name: "health", passed: true, text: "health: GET /health 200 in … s" },
      { name: "moved", passed: true, text: "moved: GET /moved 302 in … s" },
    ]);
  });

  test("AC-04 says what was wanted and how the answer begins, and never more than 200 characters of it", async () => {
    const { url } = await serveInTest((request, response) => {
      response
        .writeHead(request.url === "/empty" ? 503 : 500)
        .end(request.url === "/empty" ? "" : `broken\n  because ${"x".repeat(1000)}`);
    });
    const tests = [
      { name: "one", path: "/" },
      { name: "two", path: "/", status: 500, contains: "fine" },
      { name: "three", path: "/empty" },
    ];
    const results = await runTests(tests, url, signal());
    const begins = `it begins: broken because ${"x".repeat(185)}…`;
    expect(results.map(({ passed, text }) => [passed, timeless(text)])).toEqual([
      [false, `one: GET / 500 in … s, wanted 200; ${begins}`],
      [false, `two: GET / 500 in … s, without "fine"; ${begins}`],
      [false, "three: GET /empty 503 in … s, wanted 200; the answer is empty"],
    ]);
  });

  test("AC-04 no answer, or none in time, is a failed test", async () => {
    const { url, close } = await serveInTest(() => {});
    const slow = await runTests([{ name: "slow", path: "/", within: "0.1 s" }], url, signal());
    expect(timeless(slow[0]?.text ?? "")).toBe("slow: GET / no answer within 0.1 s in … s");
    await close();
    const gone = await runTests([{ name: "gone", path: "/" }], url, signal());
    expect(timeless(gone[0]?.text ?? "")).toBe("gone: GET / ECONNREFUSED in … s");
    expect([...slow, ...gone].map(({ passed }) => passed)).toEqual([false, false]);
  });

  test("ends with the driver, which is no failed test", async () => {
    const { url } = await serveInTest(() => {});
    const ended = AbortSignal.timeout(50);
    await expect(runTests([{ name: "slow", path: "/" }], url, ended)).rejects.toThrow("timeout");
  });
});

describe("runProbes", () => {
  /** A chat that keeps what it is told; turns that `refuse` names are answered with 500. */
  async function chat(refuse: (turn: number) => boolean = () => false) {
    const said: { message: string; session_id: string }[] = [];
    let atOnce = 0;
    let most = 0;
    const { url } = await serveInTest(async (request, response) => {
      most = Math.max(most, ++atOnce);
      let text = "";
      for await (const chunk of request) text += chunk;
      said.push(JSON.parse(text));
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce -= 1;
      const turns = said.filter(({ session_id }) => session_id === said.at(-1)?.session_id).length;
      response.writeHead(request.method === "POST" && !refuse(turns) ? 200 : 500).end("no");
    });
    return { url, said, most: () => most };
  }

  test("OS-06 has conversations of so many turns, each under an id of its own, some at once", async () => {
    const { url, said, most } = await chat();
    const rounds = [
      { name: "short", turns: 3 },
      { name: "parallel", turns: 2, parallel: 5 },
    ];
    const results = await runProbes(rounds, url, signal());
    expect(results.map((result) => [result.passed, result.failed, timeless(result.text)])).toEqual([
      [3, 0, "short: 3 of 3 turns answered in … s"],
      [10, 0, "parallel: 10 of 10 turns answered in … s"],
    ]);
    const sessions = said.map(({ session_id }) => session_id);
    expect(new Set(sessions).size).toBe(6);
    expect(new Set(sessions.slice(0, 3)).size).toBe(1);
    expect(said[1]?.message).toBe("This is turn 2. What did I say before?");
    expect(most()).toBe(5);
  });

  test("OS-06 sends turns of about so many tokens", async () => {
    const { url, said } = await chat();
    await runProbes([{ name: "pressure", turns: 1, tokens: 3000 }], url, signal());
    const words = said[0]?.message.split(/[\s.?]+/).filter((word) => word !== "") ?? [];
    expect(words).toHaveLength(3000 - 12 + 9);
  });

  test("OS-06 counts the turn that failed, says how, and ends its conversation", async () => {
    const { url, said } = await chat((turn) => turn === 2);
    const [result] = await runProbes([{ name: "long", turns: 10 }], url, signal());
    expect(result).toMatchObject({ name: "long", passed: 1, failed: 1 });
    expect(timeless(result?.text ?? "")).toBe(
      "long: 1 of 2 turns answered in … s; turn 2: POST /chat 500 no in … s",
    );
    expect(said).toHaveLength(2);
  });

  test("OS-06 asks as it is told to", async () => {
    const bodies: unknown[] = [];
    const { url } = await serveInTest(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      bodies.push([request.url, JSON.parse(text)]);
      response.end();
    });
    const body = {
      stream: false,
      id: "{{conversation}}",
      parts: [{ n: "{{turn}}", text: "Say: {{text}}{{x}}" }],
    };
    await runProbes([{ name: "one", turns: 1 }], url, signal(), { path: "/v2/chat", body, withinSeconds: 5 });
    expect(bodies).toEqual([
      [
        "/v2/chat",
        {
          stream: false,
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          parts: [{ n: "1", text: "Say: This is turn 1. What did I say before?{{x}}" }],
        },
      ],
    ]);
  });
});
