import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_ROUTES, RouteLabels, routeLabel } from "../../../sandbox/cloud/route-label.ts";

describe("routeLabel", () => {
  test.each([
    ["/", "/"],
    ["/health/liveness", "/health/liveness"],
    ["/api/v1/users/17/posts", "/api/v1"],
    ["/api/v2beta1", "/api/v2beta1"],
    ["/users/17", "/users/:id"],
    ["/users/17?page=2#top", "/users/:id"],
    ["/jobs/0f8fad5b-d9cb-469f-a165-70867728950e", "/jobs/:id"],
    ["/commits/deadbeef", "/commits/:id"],
    ["/reports/x7f93k", "/reports/:id"],
    ["/oauth2/token", "/oauth2/token"],
    ["/files/%E2%82%AC", "/files/:id"],
    [`/${"a".repeat(33)}/b`, "/:id/b"],
    ["//double//slash", "/double/slash"],
    ["", "/"],
  ])("%s → %s", (url, label) => {
    expect(routeLabel(url)).toBe(label);
  });

  test("has two segments at most and no character that a label needs escaped, whatever is asked for", () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        expect(routeLabel(`/${path}`)).toMatch(/^\/([\w.~:-]+(\/[\w.~:-]+)?)?$/);
      }),
    );
  });
});

test("RouteLabels lets no client make more than its share of series", () => {
  const labels = new RouteLabels();
  const words = Array.from(
    { length: 200 },
    (_, index) => `/path-${"abcdefghij"[index % 10]}${"z".repeat(index / 10)}`,
  );
  const made = new Set(words.map((path) => labels.label(path)));
  expect(made.size).toBe(MAX_ROUTES + 1);
  expect(made).toContain("other");
  expect(labels.label(words[0] ?? "")).toBe(words[0]);
});
