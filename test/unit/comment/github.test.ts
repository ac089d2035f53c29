import { describe, expect, test } from "vitest";
import { writeComment } from "../../../automation/comment/github.ts";
import { github, type Trouble } from "./support.ts";

const MARKER = "<!-- slipway-plan: shop/dev -->";
const body = (text: string) => `${MARKER}\n${text}\n`;
const COMMENTS = "/repos/shop/infrastructure/issues/42/comments";

/** Writes; with the seconds that it waited. */
async function write(api: string, text: string) {
  const waited: number[] = [];
  const target = { api, repository: "shop/infrastructure", pullRequest: 42, token: "t0ken" };
  const written = await writeComment(target, MARKER, body(text), async (milliseconds) => {
    waited.push(milliseconds / 1000);
  });
  return { ...written, waited };
}

describe("a comment is", () => {
  test("made where there is none, and updated in place from then on", async () => {
    const server = await github();
    server.add("Looks good to me.", { login: "octocat", type: "User" });
    const { url } = await write(server.url, "one");
    expect(url).toBe("https://github.com/shop/infrastructure/pull/42#issuecomment-1001");
    expect(await write(server.url, "two")).toEqual({ action: "updated", url, waited: [] });
    expect(server.comments.map((comment) => comment.body)).toEqual(["Looks good to me.", body("two")]);
    expect([...server.tokens]).toEqual(["Bearer t0ken"]);
    expect(server.asked).toEqual([
      `GET ${COMMENTS}?per_page=100`,
      `POST ${COMMENTS}`,
      `GET ${COMMENTS}?per_page=100`,
      "GET /user",
      "PATCH /repos/shop/infrastructure/issues/comments/1001",
    ]);
  });

  test("left as it is where it says the same, however GitHub ends its lines", async () => {
    const server = await github();
    const comment = server.add(body("one").replaceAll("\n", "\r\n").trimEnd());
    expect(await write(server.url, "one")).toMatchObject({ action: "left as it is", url: comment.html_url });
    expect(server.asked).not.toContain(`POST ${COMMENTS}`);
  });

  test("found on any page", async () => {
    const server = await github({ perPage: 2 });
    for (const text of ["a", "b", "c", "d", "e"]) server.add(text, { login: "octocat", type: "User" });
    server.add(body("one"));
    expect((await write(server.url, "two")).action).toBe("updated");
    expect(server.asked.slice(0, 3)).toEqual([
      `GET ${COMMENTS}?per_page=100`,
      `GET ${COMMENTS}?per_page=100&page=2`,
      `GET ${COMMENTS}?per_page=100&page=3`,
    ]);
  });

  test("one's own alone: another's with the marker, and one of another stack, stay as they are", async () => {
    for (const login of [undefined, "deployer"]) {
      const server = await github(login === undefined ? {} : { login });
      server.add(body("not ours"), { login: "mallory", type: "User" });
      server.add("<!-- slipway-plan: shop/live -->\n");
      server.add(`> ${MARKER}\nquoted`);
      expect((await write(server.url, "one")).action).toBe("made");
      expect((await write(server.url, "two")).action).toBe("updated");
      expect(server.comments.map((comment) => comment.body)).toEqual([
        body("not ours"),
        "<!-- slipway-plan: shop/live -->\n",
        `> ${MARKER}\nquoted`,
        body("two"),
      ]);
    }
  });
});

describe("where GitHub is busy, it is asked again", () => {
  const later = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

  test.each<[string, Trouble, readonly number[]]>([
    ["it fails", { method: "GET", status: 502 }, [2]],
    ["it asks to wait", { method: "GET", status: 429, headers: { "retry-after": "7" } }, [7]],
    [
      "a secondary limit is reached",
      {
        method: "GET",
        status: 403,
        message: "You have exceeded a secondary rate limit.",
        headers: { "retry-after": "60" },
      },
      [60],
    ],
    ["it fails to write", { method: "PATCH", status: 500 }, [2]],
  ])("%s", async (_, trouble, waited) => {
    const server = await github({ troubles: [trouble] });
    server.add(body("one"));
    expect(await write(server.url, "two")).toMatchObject({ action: "updated", waited });
    expect(server.comments).toHaveLength(1);
  });

  test("once the hour's limit is over, if that is soon", async () => {
    const limited = (seconds: number) => ({
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": later(seconds),
    });
    const soon = await github({ troubles: [{ method: "GET", status: 403, headers: limited(30) }] });
    const { waited } = await write(soon.url, "one");
    expect(waited[0]).toBeGreaterThan(25);
    expect(waited[0]).toBeLessThanOrEqual(30);
    const message = "API rate limit exceeded for installation ID 1.";
    const late = await github({
      troubles: [{ method: "GET", status: 403, message, headers: limited(3000) }],
    });
    await expect(write(late.url, "one")).rejects.toThrow(`GitHub can't answer (${message}); tried once`);
  });

  test("and there is one comment, where it was made although the answer said otherwise", async () => {
    const server = await github({ troubles: [{ method: "POST", status: 504, done: true }] });
    expect(await write(server.url, "one")).toMatchObject({ action: "left as it is", waited: [2] });
    expect(server.comments).toHaveLength(1);
  });

  test("not for ever", async () => {
    const troubles = Array.from({ length: 9 }, () => ({
      method: "GET",
      status: 503,
      message: "Unavailable",
    }));
    const server = await github({ troubles });
    await expect(write(server.url, "one")).rejects.toThrow(
      "GitHub can't answer (Unavailable); tried 5 times",
    );
    expect(server.asked).toHaveLength(5);
  });
});

describe("what GitHub refuses is explained", () => {
  test.each([
    [401, "Bad credentials", "GITHUB_TOKEN is not valid, or has ended"],
    [403, "Resource not accessible by integration", "permissions: pull-requests: write"],
    [404, "Not Found", "there is no such pull request, or the token may not see the repository"],
    [422, "Validation Failed", "GitHub does not take the text"],
    [301, "Moved Permanently", "the repository has another name now"],
  ])("%i", async (status, message, why) => {
    const server = await github({ troubles: [{ method: "POST", status, message }] });
    const refused = await write(server.url, "one").catch((error: Error) => error.message);
    expect(refused).toContain(`GitHub refuses to comment on shop/infrastructure#42 (${message}): `);
    expect(refused).toContain(why);
    expect(refused).not.toContain("t0ken");
    expect(server.asked).toHaveLength(2);
  });

  test("the token goes nowhere else than to the API", async () => {
    const elsewhere = await github();
    const link = `<${elsewhere.url}${COMMENTS}?page=2>; rel="next"`;
    const server = await github({ troubles: [{ method: "GET", status: 200, headers: { link } }] });
    await write(server.url, "one").catch(() => undefined);
    const moved = await github({
      troubles: [{ method: "POST", status: 307, headers: { location: `${elsewhere.url}${COMMENTS}` } }],
    });
    await write(moved.url, "one").catch(() => undefined);
    expect(elsewhere.asked).toEqual([]);
  });
});
