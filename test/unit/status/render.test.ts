import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textWidth } from "../../../automation/status/flow.ts";
import { redrawn, renderStatus } from "../../../automation/status/render.ts";
import { statusOf } from "../../../automation/status/status-of.ts";
import { ofApi, PAGE, PENDING, shopAnswers, shopFacts } from "./support.ts";

const status = (changes = {}) => statusOf("production", [shopFacts()], shopAnswers(changes));
const bad = () =>
  status({
    alerts: [PENDING, PAGE],
    budgets: [ofApi({ objective: "availability" }, -0.4), ofApi({ objective: "latency" }, 0.004)],
    burns: [
      ofApi({ objective: "availability", window: "5m" }, 20),
      ofApi({ objective: "availability", window: "6h" }, 3),
      ofApi({ objective: "availability", window: "1h" }, 0.2),
    ],
  });

test("EA-16 says for each objective the promise, what was measured, what is left and how fast it goes", () => {
  expect(
    renderStatus(status(), false, 100),
  ).toBe(`production measured by http://127.0.0.1:9090, at 2026-03-01 12:00:00 UTC
no alert fires; 3 of 4 objectives kept; 1 without data

shop
  api 10 requests/s (25 % of the 40 it can bear), P95 321 ms, api-1 90 %, api-2 10 %
    availability 99.5 % of requests answered without a server error, over 30 days (shop-platform)
      kept 99.92 %, budget ████████░░ 84 % left
      burn rate  5m 0.2, 30m 0.2, 1h 0.15, 6h 0.1, 3d 0.04
    latency 95 % of requests under 500 ms, over 30 days (shop-platform)
      kept 99.995 %, budget █████████░ 99 % left
      burn rate  5m 0.2, 30m 0.2, 1h 0.15, 6h 0.1, 3d 0.04
    routes 99 % of requests answered without a server error, for each route, over 30 days
    (shop-platform)
      kept 100 %, budget ██████████ 100 % left (route /cart)
      burn rate  no data
      kept 99.5 %, budget █████░░░░░ 50 % left (route /pay)
      burn rate  no data
  worker requests: no data
    orders 99 % of orders_total without orders_failed_total, over 7 days (shop-platform)
      no data
`);
});

test("EA-16 begins with what fires: since when, what to do first, whose it is, where the runbook is", () => {
  const text = renderStatus(bad(), false, 100);
  expect(
    text.slice(0, text.indexOf("shop\n")),
  ).toBe(`production measured by http://127.0.0.1:9090, at 2026-03-01 12:00:00 UTC
1 page fires; 1 pending; 1 of 4 objectives kept; 1 missed; 2 without data

  PAGE ApiAvailabilityBurn shop/api for 55 min, since 2026-03-01 11:05:00 UTC
    shop/api: the error budget of availability burns 20.0 times too fast
    first    Take the release back.
    owner    shop-platform
    runbook  docs/runbooks/shop/service.md#apiavailabilityburn
  warning, pending QueueFull shop for 45 s, since 2026-03-01 11:59:15 UTC
    The queue is full.
    first    Look at the worker.
    owner    shop-platform

`);
  expect(text).toContain("missed 99.3 %, budget ░░░░░░░░░░ overspent by 40 %\n");
  expect(text).toContain("burn rate  5m 20 (page), 30m no data, 1h 0.2, 6h 3 (ticket), 3d no data\n");
  // A rest is neither nothing nor rounded up.
  expect(text).toContain("kept 95.02 %, budget █░░░░░░░░░ under 1 % left\n");
});

test("says that figures are counters' totals, and how to get the rest", () => {
  const { alerts: _, ...answers } = shopAnswers({
    source: { kind: "local cloud", address: "http://127.0.0.1:7000", since: "2026-03-01T11:00:00.000Z" },
    burns: [],
  });
  const text = renderStatus(statusOf("sandbox", [shopFacts()], answers), false, 100);
  expect(
    text.slice(0, text.indexOf("shop\n")),
  ).toBe(`sandbox counted by the local cloud http://127.0.0.1:7000 since it started at 2026-03-01 11:00:00
UTC, at 2026-03-01 12:00:00 UTC
nobody evaluates alerts here; 3 of 4 objectives kept; 1 without data
! Shares and budgets are those of the requests since the local cloud started, not of the objectives'
  windows, and nobody evaluates burn rates and alerts. For these: slipway sandbox prometheus start

`);
  expect(text).not.toContain("burn rate ");
});

test("has colours only when told, and says the same without them", () => {
  const colored = renderStatus(bad(), true, 100);
  expect(colored).toContain("\u001b[31m");
  expect(renderStatus(bad(), false, 100)).not.toContain("\u001b");
  expect(stripVTControlCharacters(colored)).toBe(renderStatus(bad(), false, 100));
});

describe("on a terminal", () => {
  test("nothing that was measured steers it", () => {
    const evil = {
      ...PAGE,
      annotations: { summary: "a\u001b[2Jb\u009b31mc\r\nd\u202ee", runbook_url: "x\u0007y" },
    };
    const traffic = [ofApi({ revision: "api\u001b]0;title\u0007" }, 1)];
    const text = renderStatus(status({ alerts: [evil], traffic }), false, 100);
    expect(text).toContain("a[2Jb31mc de\n");
    expect(text).not.toMatch(/[^\P{C}\n]/u);
  });

  test("no line is wider than it", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 150 });
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), text, text, text, (width, summary, revision, route) => {
        const alerts = [
          { ...PAGE, labels: { ...PAGE.labels, route }, annotations: { summary, runbook_url: summary } },
        ];
        const changes = {
          alerts,
          traffic: [ofApi({ revision }, 1)],
          budgets: [ofApi({ objective: "routes", route }, 0.3)],
        };
        for (const line of renderStatus(status(changes), true, width).split("\n")) {
          expect(textWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  test("what has no room is counted, and the top stays", () => {
    expect(redrawn("one\ntwo\nthree\n", 4)).toBe("\u001b[Hone\u001b[K\ntwo\u001b[K\nthree\u001b[K\n\u001b[J");
    expect(redrawn("one\ntwo\nthree\n", 3)).toBe(
      "\u001b[Hone\u001b[K\n… 2 more lines; without --watch all are shown\u001b[K\n\u001b[J",
    );
  });
});
