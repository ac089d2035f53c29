import { expect, test } from "vitest";
import { generateLoad, percentiles } from "../../../sandbox/cloud/load.ts";

test.each([
  "http://example.com/",
  "https://127.0.0.1/",
  "http://127.0.0.1.example.com/",
  "http://10.0.0.1/",
  "nonsense",
])("load is refused to %s", async (url) => {
  await expect(generateLoad({ url, requestsPerSecond: 1, seconds: 1 })).rejects.toThrow(
    "is not on this machine",
  );
});

test.each(["http://example.com/", "//example.com/", "\\\\example.com", "https://127.0.0.1/"])(
  "load is refused where a path leads elsewhere: %s",
  async (path) => {
    const options = { url: "http://127.0.0.1:1/", requestsPerSecond: 1, seconds: 1, paths: ["/", path] };
    await expect(generateLoad(options)).rejects.toThrow("is not on this machine");
  },
);

test("load is refused at rates that make no sense", async () => {
  const url = "http://127.0.0.1:1/";
  await expect(generateLoad({ url, requestsPerSecond: 0, seconds: 1 })).rejects.toThrow(
    "requestsPerSecond is 0",
  );
  await expect(generateLoad({ url, requestsPerSecond: 1, seconds: 3601 })).rejects.toThrow("seconds is 3601");
});

test("percentiles are those of the nearest rank", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentiles(values)).toEqual({ p50: 50, p90: 90, p95: 95, p99: 99, max: 100 });
  expect(percentiles([7])).toEqual({ p50: 7, p90: 7, p95: 7, p99: 7, max: 7 });
  expect(percentiles([])).toEqual({ p50: 0, p90: 0, p95: 0, p99: 0, max: 0 });
});
