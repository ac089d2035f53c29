import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { checkImage, checkImageForm } from "../../../automation/rollout/run/image.ts";
import { imageAddress, imagePresence } from "../../../automation/rollout/run/registry.ts";
import { serveInTest } from "../../support/http.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("an image's address", () => {
  test.each([
    [
      "us-docker.pkg.dev/project/images/ethixai/backend:1.5.0",
      { host: "us-docker.pkg.dev", name: "project/images/ethixai/backend", reference: "1.5.0" },
    ],
    [`ghcr.io/ethixai/backend@${DIGEST}`, { host: "ghcr.io", name: "ethixai/backend", reference: DIGEST }],
    [
      `ghcr.io/ethixai/backend:1.5.0@${DIGEST}`,
      { host: "ghcr.io", name: "ethixai/backend", reference: DIGEST },
    ],
    ["localhost:5000/backend:2", { host: "localhost:5000", name: "backend", reference: "2" }],
    ["ethixai/backend:1.5.0", undefined],
  ])("of %s", (image, address) => {
    expect(imageAddress(image)).toEqual(address);
  });
});

describe("a registry is asked whether an image is there", () => {
  type Asked = Pick<IncomingMessage, "method" | "url"> & { readonly authorization: string | undefined };

  async function registry(statuses: Readonly<Record<string, number>>) {
    const asked: Asked[] = [];
    const { host, close } = await serveInTest(({ method, url, headers }, response) => {
      asked.push({ method, url, authorization: headers.authorization });
      response.writeHead(statuses[url ?? ""] ?? 404).end();
    });
    return { host, close, asked };
  }

  const at = (host: string, reference: string) => ({ host, name: "ethixai/backend", reference });

  test("with its token, and nothing is pulled", async () => {
    const { host, asked } = await registry({ "/v2/ethixai/backend/manifests/1.5.0": 200 });
    expect(await imagePresence(at(host, "1.5.0"), "a-token")).toEqual({ kind: "there" });
    expect(asked).toEqual([
      { method: "HEAD", url: "/v2/ethixai/backend/manifests/1.5.0", authorization: "Bearer a-token" },
    ]);
  });

  test("one that it doesn't have is missing", async () => {
    const { host } = await registry({});
    expect(await imagePresence(at(host, "9.9.9"), undefined)).toEqual({ kind: "missing" });
  });

  test.each([401, 403, 429, 500])("an answer of %i says nothing of the image", async (status) => {
    const { host } = await registry({ "/v2/ethixai/backend/manifests/1.5.0": status });
    expect(await imagePresence(at(host, "1.5.0"), "a-token")).toEqual({
      kind: "unanswered",
      why: `${host} answered ${status}`,
    });
  });

  test("nor does silence", async () => {
    const { host, close } = await registry({});
    await close();
    expect((await imagePresence(at(host, "1.5.0"), undefined)).kind).toBe("unanswered");
  });

  test("a challenge is answered with the token that it tells where to get", async () => {
    const sent: string[] = [];
    const send: typeof fetch = async (input, init) => {
      sent.push(`${init?.method ?? "GET"} ${String(input)}`);
      if (String(input).startsWith("https://auth.example/")) return Response.json({ token: "given" });
      return new Headers(init?.headers).get("authorization") === "Bearer given"
        ? new Response()
        : new Response(null, {
            status: 401,
            headers: {
              "www-authenticate":
                'Bearer realm="https://auth.example/token",service="ghcr.io",scope="repository:ethixai/backend:pull"',
            },
          });
    };
    expect(await imagePresence(at("ghcr.io", "1.5.0"), undefined, send)).toEqual({ kind: "there" });
    expect(sent).toEqual([
      "HEAD https://ghcr.io/v2/ethixai/backend/manifests/1.5.0",
      "GET https://auth.example/token?service=ghcr.io&scope=repository%3Aethixai%2Fbackend%3Apull",
      "HEAD https://ghcr.io/v2/ethixai/backend/manifests/1.5.0",
    ]);
  });
});

describe("an image to release", () => {
  test.each([
    ["backend:latest", '--image: "backend:latest" names no fixed image: use a version or a digest'],
    ["Backend", '--image: "Backend" must be a name with a tag or a digest, such as "ethixai/backend:1.4.0"'],
  ])("is refused as %s", (image, message) => {
    expect(() => checkImageForm(image)).toThrow(message);
  });

  test("that the sandbox doesn't have is refused with those that it has", async () => {
    await expect(checkImage("sandbox/demo:9.9.9", true)).rejects.toThrow(
      /^--image: There is no image "sandbox\/demo:9\.9\.9"\. sandbox\/demo has the tags 1\.0\.0, 1\.1\.0, /,
    );
    expect(await checkImage("sandbox/demo:1.1.0", true)).toBeUndefined();
  });
});
