import { describe, expect, test } from "vitest";
import { heatOf } from "../../../automation/status/page/heat.ts";
import { statusPage } from "../../../automation/status/page/page.ts";
import type { Series, ServiceSeries } from "../../../automation/status/series.ts";
import type { Track } from "../../../automation/status/source.ts";
import { statusOf } from "../../../automation/status/status-of.ts";
import { ofApi, PAGE, PENDING, shopAnswers, shopFacts } from "./support.ts";

const TO = Date.UTC(2026, 2, 1, 12) / 1000;
const STEP = 90;
const FROM = TO - 240 * STEP;

const track = (labels: Record<string, string>, value: (index: number) => number): Track => ({
  labels,
  points: Array.from({ length: 241 }, (_, index) => [FROM + index * STEP, value(index)]),
});

const nothing: ServiceSeries = {
  system: "shop",
  service: "worker",
  budgets: [],
  burns: [],
  latency: [],
  traffic: [],
  releases: [],
};

const api: ServiceSeries = {
  ...nothing,
  service: "api",
  budgets: [track({ objective: "availability" }, (index) => 0.9 - index / 200)],
  burns: [track({ objective: "availability", window: "1h" }, (index) => index / 10)],
  latency: [
    track({ le: "0.25" }, () => 4),
    track({ le: "0.5" }, () => 9),
    track({ le: "1" }, () => 10),
    track({ le: "+Inf" }, () => 10),
  ],
  traffic: [
    track({ code: "200" }, () => 9),
    track({ code: "204" }, () => 3),
    track({ code: "503" }, () => 1),
  ],
  releases: [{ revision: "api-2", at: FROM + 3600 }],
};

const series = (...services: readonly ServiceSeries[]): Series => ({
  from: FROM,
  to: TO,
  step: STEP,
  column: 450,
  services,
});

function page(over?: Series, changes = {}): string {
  return statusPage(statusOf("production", [shopFacts()], shopAnswers(changes)), [shopFacts()], over);
}

/** The parts of a page that are figures, by their title. */
function figures(text: string): Map<string, string> {
  const found = [...text.matchAll(/<figure><figcaption><strong>(.*?)<\/strong>[\s\S]*?<\/figure>/g)];
  return new Map(found.map(([whole, title = ""]) => [title, whole]));
}

describe("EA-16 the page", () => {
  const text = page(series(api, nothing), { alerts: [PAGE, PENDING] });
  const [first, second] = text.split("<h3>shop/worker</h3>").map(figures);

  test("stands by itself: no script, nothing from elsewhere, and every id once", () => {
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)|\son\w+=/i);
    expect(
      [...text.matchAll(/(?:href|src)="([^"]*)"/g)]
        .map(([, address]) => address)
        .filter((each) => !each?.startsWith("#")),
    ).toEqual([]);
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of text.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(id);
  });

  test("has a chart of each kind for each service, and one of burn for each objective", () => {
    expect([...(first?.keys() ?? [])]).toEqual([
      "Error budget left",
      "Traffic by status class",
      "Latency",
      "Saturation",
      "Burn rate of availability",
      "Burn rate of latency",
      "Burn rate of routes",
    ]);
    for (const title of ["Error budget left", "Traffic by status class", "Latency", "Saturation"]) {
      expect(first?.get(title)).toContain('<svg role="img" aria-label="');
      expect(first?.get(title)).toContain("<summary>The figures</summary>");
    }
  });

  test("says in words where there is no data", () => {
    const budgets = [track({ objective: "orders" }, () => 1)];
    const [, worker] = page(series(api, { ...nothing, budgets }))
      .split("<h3>shop/worker</h3>")
      .map(figures);
    expect(worker?.get("Error budget left")).toContain("<svg");
    expect(worker?.get("Traffic by status class")).toContain(
      '<p class="none">No data: no request was counted in this time.</p>',
    );
    expect(worker?.get("Latency")).toContain("No data: the service has no histogram of durations");
    expect(worker?.get("Saturation")).toContain("No capacity is declared for this service.");
    expect(first?.get("Burn rate of latency")).toContain("No data: no burn rate was recorded in this time.");
  });

  test("says once that nothing was measured of a service, not chart by chart", () => {
    expect(second?.size).toBe(0);
    expect(text.split("<h3>shop/worker</h3>")[1]).toContain("No data: nothing was measured of this service");
  });

  test("holds burn rates against their tiers, latency against the promise, requests against the capacity", () => {
    const burn = first?.get("Burn rate of availability") ?? "";
    for (const tier of ["page at 14.4 over 1h", "page at 6 over 6h", "ticket at 1 over 3d"])
      expect(burn).toContain(`>${tier}</text>`);
    expect(first?.get("Latency")).toContain(">promised: 500 ms</text>");
    expect(first?.get("Saturation")).toContain(">40 requests/s</text>");
  });

  test("marks releases in every chart, and says which they are", () => {
    expect(text).toContain('<strong class="release">R1</strong> api-2, first requests at 07:00 UTC');
    for (const title of ["Error budget left", "Traffic by status class", "Latency", "Saturation"]) {
      expect(first?.get(title)).toContain(">R1</text>");
    }
  });

  test("tells whoever can't see a chart what it ends with, and has its figures beside it", () => {
    const traffic = first?.get("Traffic by status class") ?? "";
    expect(traffic).toContain(
      'aria-label="Traffic by status class, requests/s. From 06:00 to 12:00 UTC; at last 2xx 12, 5xx 1."',
    );
    expect(traffic.match(/<tr>/g)).toHaveLength(14);
    expect(traffic).toContain(
      '<tr><th scope="row">12:00</th><td class="number">12</td><td class="number">1</td></tr>',
    );
    expect(first?.get("Latency")).toContain(
      '<th scope="row">12:00</th><td class="number">4</td><td class="number">5</td><td class="number">1</td>',
    );
  });

  test("begins with what fires, and says when and over what it was made", () => {
    expect(text).toContain(
      '<p class="blocks">1 page fires; 1 pending; 3 of 4 objectives kept; 1 without data</p>',
    );
    expect(text).toContain(
      "measured by http://127.0.0.1:9090, at 2026-03-01 12:00:00 UTC. Charts from 2026-03-01 06:00:00 UTC to 2026-03-01 12:00:00 UTC",
    );
    expect(text.indexOf("ApiAvailabilityBurn")).toBeLessThan(text.indexOf("<h3>shop/api</h3>"));
    expect(text).toContain('<span class="dim">First:</span> Take the release back.');
  });

  test("is the same for the same status, to the byte", () => {
    expect(page(series(api, nothing), { alerts: [PAGE, PENDING] })).toBe(text);
  });
});

test("without what was before it has the figures, and says how charts are had", () => {
  const text = page();
  expect(figures(text).size).toBe(0);
  expect(text).toContain("99.92 %");
  expect(text).toContain("There are no charts: counters tell nothing of what was before.");
});

test("nothing that was measured becomes markup, in text, attributes and charts alike", () => {
  const evil = `"><script>alert(1)</script>'&`;
  const labels = { objective: "routes", route: evil };
  const over: ServiceSeries = {
    ...api,
    budgets: [track(labels, () => 0.5)],
    burns: [track({ ...labels, window: "1h" }, () => 1)],
    latency: [...api.latency, track({ le: evil }, () => 1)],
    releases: [{ revision: evil, at: FROM + 3600 }],
  };
  const alert = {
    ...PAGE,
    labels: { ...PAGE.labels, route: evil, owner: evil },
    annotations: { summary: evil, description: `First: ${evil}`, runbook_url: `https://example.com/${evil}` },
  };
  const text = page(series(over, nothing), {
    alerts: [alert],
    budgets: [ofApi(labels, 0.5)],
    traffic: [ofApi({ revision: evil }, 1)],
  });
  expect(text).not.toContain("<script");
  expect(text).toContain("&lt;script&gt;");
  const attributes = text.match(/<[a-z][^<>]*alert\(1\)[^<>]*>/g) ?? [];
  expect(attributes.length).toBeGreaterThan(0);
  expect(attributes.every((tag) => !tag.includes(`"&#39;`) && tag.includes("&quot;"))).toBe(true);
});

test("an address that is none a browser opens is text, whoever wrote it", () => {
  const link = (runbook_url: string) =>
    page(undefined, { alerts: [{ ...PAGE, annotations: { runbook_url } }] });
  expect(link("https://example.com/a#b")).toContain('<a href="https://example.com/a#b">');
  expect(link("javascript:alert(1)")).toContain("<code>javascript:alert(1)</code>");
});

describe("a heat map", () => {
  test("has each bucket's own requests, between the first and the last that had any", () => {
    const at = (values: Record<string, number>) =>
      Object.entries(values).map(([le, value]): Track => ({ labels: { le }, points: [[0, value]] }));
    expect(heatOf(at({ "+Inf": 7, "0.1": 0, "1": 7, "0.5": 6, "2.5": 7 }))).toEqual({
      edges: [0.5, 1],
      columns: [{ at: 0, values: [6, 1] }],
      most: 6,
    });
  });

  test("of nothing has no edges", () => {
    expect(heatOf([])).toEqual({ edges: [], columns: [], most: 0 });
    expect(heatOf([{ labels: { le: "+Inf" }, points: [[0, 0]] }]).edges).toEqual([]);
  });
});
