import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { PrometheusClient } from "../../../sandbox/prometheus/client.ts";
import { serveInTest } from "../../support/http.ts";

/** A client of a server that answers every question with this. */
async function clientOf(answer: unknown, status = 200) {
  const asked: string[] = [];
  const { url, close } = await serveInTest(async (request, response) => {
    asked.push(`${request.method} ${request.url} ${await text(request)}`.trim());
    response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  return { client: new PrometheusClient(`${url}/`), asked, url, close };
}

const success = (resultType: string, result: unknown) => ({
  status: "success",
  data: { resultType, result },
});

test("a query's time and expression are sent as they are meant, and its values are numbers", async () => {
  const { client, asked } = await clientOf(
    success("vector", [
      { metric: { job: "a" }, value: [1.5, "0.25"] },
      { metric: {}, value: [1.5, "+Inf"] },
      { metric: {}, value: [1.5, "-Inf"] },
      { metric: {}, value: [1.5, "NaN"] },
    ]),
  );
  const time = new Date(1500);
  expect(await client.query('rate(x{a="b"}[5m]) > 1 + 2', time)).toEqual([
    { labels: { job: "a" }, value: 0.25, time },
    { labels: {}, value: Number.POSITIVE_INFINITY, time },
    { labels: {}, value: Number.NEGATIVE_INFINITY, time },
    { labels: {}, value: Number.NaN, time },
  ]);
  const [method, path, form] = asked[0]?.split(" ") ?? [];
  expect([method, path]).toEqual(["POST", "/api/v1/query"]);
  expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
    query: 'rate(x{a="b"}[5m]) > 1 + 2',
    time: "1970-01-01T00:00:01.500Z",
  });
});

test("a plain number is one sample without labels", async () => {
  const { client } = await clientOf(success("scalar", [2, "7"]));
  expect(await client.query("3 + 4")).toEqual([{ labels: {}, value: 7, time: new Date(2000) }]);
});

test("a native histogram is no number, and left out", async () => {
  const { client } = await clientOf(
    success("vector", [
      { metric: { le: "1" }, value: [1, "2"] },
      { metric: {}, histogram: [1, {}] },
    ]),
  );
  expect((await client.query("x")).map(({ labels }) => labels)).toEqual([{ le: "1" }]);
});

test.each([
  ["a range", success("matrix", []), '"x" gives a range of values: ask with queryRange, where one number'],
  ["a text", success("string", [1, "a"]), '"x" gives a string, where one number'],
  [
    "a refusal",
    { status: "error", errorType: "bad_data", error: "1:2: parse error" },
    "refuses x: 1:2: parse error (200)",
  ],
])("%s, where numbers were asked for, is refused in words", async (_, answer, message) => {
  const { client } = await clientOf(answer);
  const asked = client.query("x");
  await expect(asked).rejects.toThrow(message);
  await expect(asked).rejects.toMatchObject({ name: "PrometheusError", kind: "refused" });
});

test.each([
  ["a page", "<html>", 200, "not-prometheus", "is no Prometheus: /api/v1/query answered 200"],
  ["other JSON", { status: "success", data: 1 }, 200, "not-prometheus", "is no Prometheus"],
  ["a door", "who are you?", 401, "unauthorized", "lets nobody in without a token (401)"],
])("%s is told apart by its kind", async (_, answer, status, kind, message) => {
  const { client, url } = await clientOf(answer, status);
  await expect(client.query("x")).rejects.toMatchObject({
    kind,
    message: expect.stringContaining(`${url} ${message}`),
  });
});

test("a server that is not there is named with its address", async () => {
  const { client, url, close } = await clientOf("");
  await close();
  expect(await client.ready()).toBe(false);
  await expect(client.alerts()).rejects.toMatchObject({
    kind: "unreachable",
    message: `${url} can't be reached: ECONNREFUSED`,
  });
  // One of those that fetch itself refuses.
  await expect(new PrometheusClient("http://127.0.0.1:9").alerts()).rejects.toThrow("bad port");
});

test("a reload that fails says why", async () => {
  const { client, asked, url } = await clientOf("couldn't load configuration\n", 500);
  await expect(client.reload()).rejects.toThrow(
    `Prometheus at ${url} did not reload: couldn't load configuration`,
  );
  expect(asked).toEqual(["POST /-/reload"]);
});
