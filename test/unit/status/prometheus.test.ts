import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { PrometheusSource, prometheusAddress } from "../../../automation/status/prometheus.ts";
import { serveInTest } from "../../support/http.ts";

const AT = new Date("2026-03-01T12:00:00Z");

/** A server that answers every request alike, and keeps what it was asked. */
async function server(status: number, body: unknown, type = "application/json; charset=utf-8") {
  const asked: { readonly url: string; readonly form: Record<string, string>; readonly token?: string }[] =
    [];
  const { url, close } = await serveInTest(async (request, response) => {
    const token = request.headers.authorization;
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    asked.push({ url: request.url ?? "", form, ...(token === undefined ? {} : { token }) });
    response.writeHead(status, { "content-type": type });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  return { url, asked, close };
}

const source = (url: string, token?: string) => new PrometheusSource(prometheusAddress(url), token);
const success = (data: unknown) => ({ status: "success", data });

test("an instant query gives numbers: what is none is no data", async () => {
  const result = [
    { metric: { service: "api" }, value: [1772366400, "0.5"] },
    { metric: { service: "idle" }, value: [1772366400, "NaN"] },
    { metric: { service: "far" }, value: [1772366400, "+Inf"] },
    { metric: { service: "native" }, histogram: [1772366400, {}] },
  ];
  const { url, asked } = await server(200, success({ resultType: "vector", result }));
  expect(await source(`${url}/prometheus`).query("up", AT)).toEqual([
    { labels: { service: "api" }, value: 0.5 },
  ]);
  expect(asked).toEqual([
    { url: "/prometheus/api/v1/query", form: { query: "up", time: "2026-03-01T12:00:00.000Z" } },
  ]);
});

test("a range query gives tracks, with holes where there is no number", async () => {
  const values = [
    [1772366400, "1"],
    [1772366415, "NaN"],
    [1772366430, "2.5"],
  ];
  const { url, asked } = await server(
    200,
    success({ resultType: "matrix", result: [{ metric: { code: "200" }, values }] }),
  );
  expect(await source(url).range("up", AT, new Date("2026-03-01T12:00:30Z"), 15)).toEqual([
    {
      labels: { code: "200" },
      points: [
        [1772366400, 1],
        [1772366430, 2.5],
      ],
    },
  ]);
  expect(asked[0]?.form).toEqual({
    query: "up",
    start: "2026-03-01T12:00:00.000Z",
    end: "2026-03-01T12:00:30.000Z",
    step: "15",
  });
});

test("alerts are those that fire or are about to", async () => {
  const alert = {
    labels: { alertname: "A" },
    annotations: { summary: "s" },
    activeAt: "2026-03-01T11:00:00Z",
  };
  const { url } = await server(
    200,
    success({
      alerts: [
        { ...alert, state: "firing", value: "1e+00" },
        { ...alert, state: "inactive" },
        { labels: { alertname: "B" }, activeAt: alert.activeAt, state: "pending" },
      ],
    }),
  );
  expect(await source(url).alerts()).toMatchObject([
    { ...alert, state: "firing" },
    { labels: { alertname: "B" }, annotations: {}, state: "pending" },
  ]);
});

describe("what goes wrong is named, with the ways out:", () => {
  const failure = (url: string, token?: string) =>
    source(url, token)
      .query("up", AT)
      .then(
        () => "answered",
        (error: Error) => error.message,
      );

  test("nobody is there", async () => {
    const { url, close } = await server(200, "");
    await close();
    expect(await failure(url)).toBe(
      `${url} can't be reached: ECONNREFUSED. Name the right one by --prometheus URL or SLIPWAY_PROMETHEUS, without /api/v1; or start one of the sandbox's own: slipway sandbox prometheus start`,
    );
  });

  test.each([
    [200, "<html>Welcome</html>", "text/html"],
    [404, "404 page not found", "text/plain"],
    [200, { status: "success", data: { alertmanager: true } }, "application/json"],
  ])("something else answers (%s)", async (status, body, type) => {
    const { url } = await server(status, body, type);
    expect(await failure(url)).toContain(
      `${url} is no Prometheus: /api/v1/query answered ${status} with ${type}. Name the right one by --prometheus`,
    );
  });

  test("it wants a token", async () => {
    const { url } = await server(401, "who are you?", "text/plain");
    expect(await failure(url)).toBe(
      `${url} lets nobody in without a token (401): write one into a file and name it by --prometheus-token-file, or set SLIPWAY_PROMETHEUS_TOKEN`,
    );
  });

  test("it does not take the token, which is sent and never shown", async () => {
    const { url, asked } = await server(403, "no", "text/plain");
    const message = await failure(url, "tell-nobody");
    expect(message).toBe(
      `${url} does not take the token that it was given (403): has it expired, and may it read metrics?`,
    );
    expect(asked[0]?.token).toBe("Bearer tell-nobody");
  });

  test("it refuses a query", async () => {
    const { url } = await server(422, { status: "error", errorType: "execution", error: "query timed out" });
    expect(await failure(url)).toBe(`${url} refuses up: query timed out (422)`);
  });
});

describe("an address", () => {
  test("is shown without what stands behind it", () => {
    expect(source("http://host:9090/prometheus/?key=secret#top").address).toBe("http://host:9090/prometheus");
  });

  test.each(["localhost:9090", "prometheus", "ftp://host"])("that is none is refused: %s", (address) => {
    expect(() => prometheusAddress(address)).toThrow(
      `"${address}" is no address of a Prometheus: write one such as http://127.0.0.1:9090`,
    );
  });

  test.each(["http://me:tell-nobody@host:9090", "me:tell-nobody@host"])(
    "with a password is refused, unquoted",
    (address) => {
      expect(() => prometheusAddress(address)).toThrow(/address/);
      try {
        prometheusAddress(address);
      } catch (error) {
        expect((error as Error).message).not.toContain("tell-nobody");
      }
    },
  );
});
