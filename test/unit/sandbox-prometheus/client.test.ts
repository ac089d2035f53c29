import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { PrometheusClient } from "../../../sandbox/prometheus/client.ts";

/** A client of a server that answers every question with this. */
async function clientOf(answer: unknown, status = 200) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<unknown>((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  onTestFinished(async () => void (await close()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
  const { searchParams } = new URL(asked[0]?.split(" ")[1] ?? "", "http://any");
  expect(Object.fromEntries(searchParams)).toEqual({ query: 'rate(x{a="b"}[5m]) > 1 + 2', time: "1.5" });
});

test("a plain number is one sample without labels", async () => {
  const { client } = await clientOf(success("scalar", [2, "7"]));
  expect(await client.query("3 + 4")).toEqual([{ labels: {}, value: 7, time: new Date(2000) }]);
});

test.each([
  ["a range", success("matrix", []), '"x" gives a range of values: ask with queryRange'],
  ["a text", success("string", [1, "a"]), '"x" gives a string, where one number'],
  ["a histogram", success("vector", [{ metric: {}, histogram: [1, {}] }]), '"x" gives native histograms'],
  [
    "a refusal",
    { status: "error", errorType: "bad_data", error: "1:2: parse error" },
    'Prometheus refuses "x": bad_data: 1:2: parse error',
  ],
  ["a page", "<html>", /What answers at http.* is no Prometheus: asked for "x", it says 200 "<html>"/],
])("%s, where numbers were asked for, is an error in words", async (_, answer, message) => {
  const { client } = await clientOf(answer);
  await expect(client.query("x")).rejects.toThrow(message);
});

test("a server that is not there is named with its address", async () => {
  const { client, url, close } = await clientOf("");
  await close();
  expect(await client.ready()).toBe(false);
  await expect(client.alerts()).rejects.toThrow(`Prometheus at ${url} does not answer: ECONNREFUSED.`);
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
