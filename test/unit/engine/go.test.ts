import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AttemptError } from "../../../sandbox/engine/errors.ts";
import { withoutCredentials } from "../../../sandbox/engine/fetch.ts";
import { fetchGo, proxyAddresses, usableGo } from "../../../sandbox/engine/go.ts";
import { temporaryFolder } from "./support.ts";

test.each([
  [undefined, undefined],
  ["1.20.14", undefined],
  ["1.21.0", { version: "1.26.8", toolchain: "go1.26.8" }],
  ["1.25.9", { version: "1.26.8", toolchain: "go1.26.8" }],
  ["1.26.0", { version: "1.26.0", toolchain: "local" }],
  ["1.27.1", { version: "1.27.1", toolchain: "local" }],
])("Go %s on PATH compiles as %j", (version, expected) => {
  const go = usableGo(version);
  expect(go && { version: go.version, toolchain: go.toolchain }).toEqual(expected);
});

test.each([
  [undefined, ["https://proxy.golang.org"]],
  ["", ["https://proxy.golang.org"]],
  ["https://a.example/go/,https://b.example|direct", ["https://a.example/go", "https://b.example"]],
  ["off", []],
])("GOPROXY %j names %j", (value, addresses) => {
  expect(proxyAddresses(value)).toEqual(addresses);
});

test("credentials in an address are not shown", () => {
  expect(withoutCredentials("https://ada:hunter2@go.example/x")).toBe("https://go.example/x");
});

async function fetchFrom(answer: { code: number; body: string }) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url, request.headers.authorization);
    response.writeHead(answer.code).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const error = await fetchGo(
    join(await temporaryFolder(), "toolchain"),
    { GOPROXY: `http://ada:hunter2@127.0.0.1:${port},direct` },
    () => {},
    new AbortController().signal,
  ).catch((thrown: unknown) => thrown);
  if (!(error instanceof AttemptError)) throw new Error("the fetch should fail with an AttemptError");
  return { why: error.attempt.why, seen, port };
}

/** Elsewhere no toolchain is known, and another message is tested below. */
const known = process.platform === "linux" && process.arch === "x64";

test.runIf(known)(
  "a toolchain that is not the pinned one is not used, and both checksums are said",
  async () => {
    const { why, seen, port } = await fetchFrom({ code: 200, body: "not a toolchain" });
    expect(why).toMatch(
      new RegExp(
        `^http://127\\.0\\.0\\.1:${port}: gave a file with SHA-256 [0-9a-f]{64} instead of 30c2b1bf.*; not used$`,
        "m",
      ),
    );
    expect(why).not.toContain("hunter2");
    expect(seen).toEqual([
      "/golang.org/toolchain/@v/v0.0.1-go1.26.8.linux-amd64.zip",
      `Basic ${Buffer.from("ada:hunter2").toString("base64")}`,
    ]);
  },
);

test.runIf(known)("a proxy that refuses is named with its answer", async () => {
  const { why, port } = await fetchFrom({ code: 403, body: "" });
  expect(why).toBe(
    `there is no Go 1.26.0 or newer on PATH, and it could not be fetched:\nhttp://127.0.0.1:${port}: answered 403 Forbidden`,
  );
});

test.runIf(!known)("on other platforms the message says to install Go", async () => {
  expect((await fetchFrom({ code: 200, body: "" })).why).toContain("none can be fetched for");
});
