import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { commentTarget } from "../../../automation/comment/target.ts";
import { github } from "./support.ts";

const cli = fileURLToPath(new URL("../../../automation/cli.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-comment-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const plan = "<!-- slipway-plan: shop/dev -->\n## Plan\n";
const event = file("event.json", JSON.stringify({ action: "opened", pull_request: { number: 42 } }));

async function comment(args: readonly string[], env: NodeJS.ProcessEnv, input = "") {
  const child = spawn(process.execPath, [cli, "comment", ...args], {
    env: { PATH: process.env.PATH, ...env },
  });
  child.stdin.end(input);
  const [status, stdout, stderr] = await Promise.all([
    new Promise((resolve) => child.once("close", resolve)),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
}

describe("slipway comment", () => {
  test("comments on the pull request that its workflow runs for, from a file or standard input", async () => {
    const server = await github();
    const env = {
      GITHUB_TOKEN: "t0ken",
      GITHUB_REPOSITORY: "shop/infrastructure",
      GITHUB_EVENT_PATH: event,
      GITHUB_API_URL: server.url,
    };
    expect(await comment([file("plan.md", plan)], env)).toEqual({
      status: 0,
      stdout: "made: https://github.com/shop/infrastructure/pull/42#issuecomment-1000\n",
      stderr: "",
    });
    const { stdout } = await comment(["-"], env, `${plan}and more\n`);
    expect(stdout).toBe("updated: https://github.com/shop/infrastructure/pull/42#issuecomment-1000\n");
    expect(server.comments.map(({ body }) => body)).toEqual([`${plan}and more\n`]);
  });

  test("ends with 1 where GitHub refuses, and with 2 where the text is no report, or too long", async () => {
    const server = await github();
    const env = { GITHUB_TOKEN: "t0ken", GITHUB_API_URL: server.url };
    const where = ["--repository", "shop/infrastructure", "--pull-request", "7"];
    const refused = await comment(["-", ...where], env, plan);
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toContain("there is no such pull request");
    const wrong = await comment(["-", ...where], env, "# Something else\n");
    expect(wrong.stderr).toContain("- is no report: its first line must be a marker");
    const long = await comment(["-", ...where], env, plan.padEnd(70_000, "x"));
    expect(long.stderr).toBe("- has 70000 characters; GitHub takes 65536\n");
    const missing = await comment([join(folder, "no.md"), ...where], env);
    expect([wrong.status, long.status, missing.status]).toEqual([2, 2, 2]);
    expect(server.asked).toHaveLength(1);
  });
});

describe("where to comment", () => {
  const env = { GITHUB_TOKEN: "t0ken", GITHUB_REPOSITORY: "shop/infrastructure", GITHUB_EVENT_PATH: event };

  test("is what the flags say, else what the workflow says", () => {
    expect(commentTarget({}, env)).toEqual({
      repository: "shop/infrastructure",
      pullRequest: 42,
      api: "https://api.github.com",
      token: "t0ken",
    });
    const enterprise = { ...env, GITHUB_API_URL: "https://github.shop.example/api/v3/" };
    expect(commentTarget({ repository: "shop/web", pullRequest: "7" }, enterprise)).toMatchObject({
      repository: "shop/web",
      pullRequest: 7,
      api: "https://github.shop.example/api/v3",
    });
    const onComment = file("comment.json", JSON.stringify({ issue: { number: 8, pull_request: {} } }));
    expect(commentTarget({}, { ...env, GITHUB_EVENT_PATH: onComment }).pullRequest).toBe(8);
  });

  const push = file("push.json", JSON.stringify({ ref: "refs/heads/main" }));
  const issue = file("issue.json", JSON.stringify({ issue: { number: 8 } }));
  test.each([
    [{}, { GITHUB_TOKEN: "" }, "GITHUB_TOKEN is not set"],
    [{}, { GITHUB_REPOSITORY: "" }, "which repository?"],
    [{ repository: "shop" }, {}, '"shop" is no repository: OWNER/NAME'],
    [{ repository: "shop/../x" }, {}, "is no repository"],
    [{}, { GITHUB_EVENT_PATH: "" }, "which pull request?"],
    [{}, { GITHUB_EVENT_PATH: push }, "is not of a pull request"],
    [{}, { GITHUB_EVENT_PATH: issue }, "is not of a pull request"],
    [{ pullRequest: "4x" }, {}, '--pull-request "4x" is no pull request\'s number'],
    [{}, { GITHUB_API_URL: "http://api.example.com" }, "must be an https address: a token is sent there"],
  ])("is asked for: %j %j", (flags, change, message) => {
    expect(() => commentTarget(flags, { ...env, ...change })).toThrow(message);
  });
});
