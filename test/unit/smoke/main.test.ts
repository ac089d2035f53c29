import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answers, type Backend, startBackend } from "./support.ts";

let folder: string;
let backend: Backend;
// What the Dockerfile copies, and nothing else of the project.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-smoke-"));
  await cp("ops/smoke", join(folder, "ops/smoke"), { recursive: true });
  await mkdir(join(folder, "node_modules"));
  await symlink(join(process.cwd(), "node_modules/zod"), join(folder, "node_modules/zod"));
  await writeFile(join(folder, "package.json"), '{"type": "module"}');
  backend = await startBackend();
});
afterAll(async () => {
  await backend.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the job with these variables: its exit code, and each line that it printed. */
function job(variables: Record<string, string>): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const env = { PATH: process.env.PATH, ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, ["ops/smoke/main.ts"], { cwd: folder, env }, (error, stdout) => {
      const lines = stdout.trimEnd().split("\n");
      resolve({ code: Number(error?.code ?? 0), lines: lines.map((line) => JSON.parse(line)) });
    });
  });
}

describe("EA-11 the job, with its folder and zod alone", () => {
  test("prints a line for each test and one for all, and ends with 0", async () => {
    const { code, lines } = await job({ SMOKE_URL: backend.url.href });
    expect(code).toBe(0);
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatchObject({ severity: "INFO", message: "liveness passed" });
    expect(lines[8]).toMatchObject({
      severity: "INFO",
      message: "all smoke tests passed",
      report: { schemaVersion: 1, passed: true },
    });
  });

  test("ends with 1 where a test fails, and says which and why", async () => {
    backend.misbehave("POST /api/datasets", answers(500));
    const { code, lines } = await job({ SMOKE_URL: backend.url.href, SMOKE_TIMEOUT_SECONDS: "30" });
    expect(code).toBe(1);
    expect(lines.map(({ severity }) => severity)).toEqual([
      ...["INFO", "INFO", "INFO", "INFO", "ERROR", "WARNING", "WARNING", "INFO"],
      "ERROR",
    ]);
    expect(lines[4]).toMatchObject({
      message: "upload failed: POST /api/datasets answered 500, expected 201",
    });
  });

  test.each([
    [{}, "SMOKE_URL is not set: give the base address of what is to be tested."],
    [{ SMOKE_URL: "nowhere" }, '"nowhere" is no address'],
    [{ SMOKE_URL: "http://backend.shop.svc" }, "http://backend.shop.svc/ is not encrypted"],
    [{ SMOKE_URL: "https://x.example", SMOKE_SUITE: "shop" }, 'there is no suite "shop". There is: ethixai.'],
    [
      { SMOKE_URL: "https://x.example", SMOKE_TIMEOUT_SECONDS: "5 min" },
      'SMOKE_TIMEOUT_SECONDS: "5 min" is no number of seconds from 1 to 3600.',
    ],
  ])("ends with 2 where it is set up wrongly: %j", async (variables, message) => {
    const { code, lines } = await job(variables);
    expect({ code, lines }).toMatchObject({ code: 2, lines: [{ severity: "ERROR" }] });
    expect(lines[0]?.message).toContain(message);
  });
});

test("the job's image runs as nobody in particular, on a version of Node, from what the job needs", async () => {
  const file = await readFile("ops/smoke/Dockerfile", "utf8");
  expect([...file.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)).toEqual([
    "node:24-slim",
    "node:24-slim",
  ]);
  expect(file).toMatch(/^USER node$/m);
  expect(file.match(/^COPY .*$/gm)).toEqual([
    "COPY package.json /project/package.json",
    "COPY --from=packages /job/package.json ./",
    "COPY --from=packages /job/node_modules ./node_modules",
    "COPY ops/smoke/*.ts ./ops/smoke/",
  ]);
});
