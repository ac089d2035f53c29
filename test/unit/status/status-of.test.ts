import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { statusExit, statusOf } from "../../../automation/status/status-of.ts";
import { ofApi, PAGE, PENDING, shopAnswers, shopFacts } from "./support.ts";

const status = (changes = {}) => statusOf("production", [shopFacts()], shopAnswers(changes));
const objective = (of: ReturnType<typeof status>, name: string) => {
  const found = of.systems[0]?.services
    .flatMap(({ objectives }) => objectives)
    .find((each) => each.name === name);
  if (found === undefined) throw new Error(`no objective ${name}`);
  return found;
};

test("EA-16 an objective is its promise in words, what was measured, and what is left of its budget", () => {
  expect(objective(status(), "availability")).toEqual({
    name: "availability",
    promise: "99.5 % of requests answered without a server error, over 30 days",
    target: 99.5,
    owner: "shop-platform",
    state: "kept",
    series: [
      {
        labels: {},
        state: "kept",
        sharePercent: 99.92,
        budgetLeftPercent: 84,
        burns: [
          { window: "5m", rate: 0.2, level: "none" },
          { window: "30m", rate: 0.2, level: "none" },
          { window: "1h", rate: 0.15, level: "none" },
          { window: "6h", rate: 0.1, level: "none" },
          { window: "3d", rate: 0.04, level: "none" },
        ],
      },
    ],
  });
});

test("a service is its requests, its P95, what it can bear, and the revisions that answer", () => {
  const [api, worker] = status().systems[0]?.services ?? [];
  expect({ ...api, objectives: [] }).toEqual({
    service: "api",
    requestsPerSecond: 10,
    p95Seconds: 0.3214,
    capacity: { requestsPerSecond: 40, usedPercent: 25 },
    revisions: [
      { revision: "api-1", percent: 90 },
      { revision: "api-2", percent: 10 },
    ],
    objectives: [],
  });
  expect({ ...worker, objectives: [] }).toEqual({ service: "worker", revisions: [], objectives: [] });
});

describe("no data", () => {
  test("is no good news: neither a share nor a budget is made of it", () => {
    const { state, series } = objective(status(), "orders");
    expect(state).toBe("no data");
    expect(series).toHaveLength(1);
    expect(Object.keys(series[0] ?? {})).toEqual(["labels", "state", "burns"]);
    expect(series[0]?.burns.every((burn) => !("rate" in burn) && burn.level === "none")).toBe(true);
    expect(status().totals).toMatchObject({ objectives: 4, kept: 3, missed: 0, noData: 1 });
    expect(statusExit(status())).toBe(1);
  });

  test("of one series is not hidden by another that is kept", () => {
    const burns = [ofApi({ objective: "routes", route: "/new", window: "1h" }, 0)];
    const routes = objective(status({ burns }), "routes");
    expect(routes.series.map(({ labels, state }) => [labels.route, state])).toEqual([
      ["/cart", "kept"],
      ["/new", "no data"],
      ["/pay", "kept"],
    ]);
    expect(routes.state).toBe("no data");
  });

  test("although there are requests has a note that says what may be missing", () => {
    expect(status({ budgets: [], burns: [] }).notes).toEqual([
      expect.stringContaining("does this Prometheus have the rules"),
    ]);
    expect(status({ budgets: [] }).notes).toEqual([expect.stringContaining("the first takes some minutes")]);
    expect(status({ budgets: [], burns: [], traffic: [] }).notes).toEqual([]);
  });
});

test("a budget that is exactly used up is a promise kept; anything beyond is one missed", () => {
  const left = (value: number) =>
    objective(status({ budgets: [ofApi({ objective: "availability" }, value)] }), "availability");
  expect(left(0)).toMatchObject({ state: "kept", series: [{ sharePercent: 99.5, budgetLeftPercent: 0 }] });
  // Binary fractions leave such a rest.
  expect(left(-1e-12).state).toBe("kept");
  expect(left(-0.4)).toMatchObject({
    state: "missed",
    series: [{ sharePercent: 99.3, budgetLeftPercent: -40 }],
  });
});

test("one route that misses the promise makes the objective missed", () => {
  const budgets = [
    ofApi({ objective: "routes", route: "/pay" }, -1),
    ofApi({ objective: "routes", route: "/cart" }, 1),
  ];
  const routes = objective(status({ budgets }), "routes");
  expect(routes.state).toBe("missed");
  expect(routes.series.map(({ labels, state }) => [labels.route, state])).toEqual([
    ["/cart", "kept"],
    ["/pay", "missed"],
  ]);
});

test("EA-16 a burn rate is named by the worst tier of its window that it passes", () => {
  const levels = (window: string, rate: number) =>
    objective(
      status({ burns: [ofApi({ objective: "availability", window }, rate)] }),
      "availability",
    ).series[0]?.burns.find((burn) => burn.window === window)?.level;
  // Pages from 14.4 in an hour and 6 in six hours on, a ticket from 1 in three days on: more than these, not as much.
  expect([14.4, 14.5].map((rate) => levels("1h", rate))).toEqual(["none", "page"]);
  expect([14.4, 14.5].map((rate) => levels("5m", rate))).toEqual(["none", "page"]);
  // Six hours are the long window of a page and the short one of a ticket.
  expect([1, 1.1, 6, 6.1].map((rate) => levels("6h", rate))).toEqual(["none", "ticket", "ticket", "page"]);
  expect([1, 100].map((rate) => levels("3d", rate))).toEqual(["none", "ticket"]);
});

describe("alerts", () => {
  test("say since when, whose they are, what to do first and where the runbook is", () => {
    const { alerts, totals } = status({ alerts: [PENDING, PAGE] });
    expect(alerts).toEqual([
      {
        name: "ApiAvailabilityBurn",
        state: "firing",
        severity: "page",
        system: "shop",
        service: "api",
        labels: {},
        since: "2026-03-01T11:05:00Z",
        owner: "shop-platform",
        what: "shop/api: the error budget of availability burns 20.0 times too fast",
        first: "Take the release back.",
        runbook: "docs/runbooks/shop/service.md#apiavailabilityburn",
      },
      {
        name: "QueueFull",
        state: "pending",
        severity: "warning",
        system: "shop",
        labels: {},
        since: "2026-03-01T11:59:15Z",
        owner: "shop-platform",
        what: "The queue is full.",
        first: "Look at the worker.",
      },
    ]);
    expect(totals).toMatchObject({ firing: 1, pages: 1, pending: 1 });
  });

  test("of other systems and environments are not shown", () => {
    const other = { ...PAGE, labels: { ...PAGE.labels, system: "bank" } };
    const staging = { ...PAGE, labels: { ...PAGE.labels, environment: "staging" } };
    expect(status({ alerts: [other, staging] }).alerts).toEqual([]);
  });

  test("of one trouble are shown once, as the worst of them; of two routes, twice", () => {
    const ticket = { ...PAGE, labels: { ...PAGE.labels, severity: "ticket", window: "3d" } };
    expect(status({ alerts: [ticket, PAGE] }).alerts.map(({ severity }) => severity)).toEqual(["page"]);
    const routes = ["/pay", "/cart"].map((route) => ({ ...PAGE, labels: { ...PAGE.labels, route } }));
    expect(status({ alerts: routes }).alerts.map(({ labels }) => labels)).toEqual([
      { route: "/cart" },
      { route: "/pay" },
    ]);
  });

  test("a page ends the command with 5, a warning does not", () => {
    const budgets = [
      ...shopAnswers().budgets,
      { labels: { system: "shop", service: "worker", objective: "orders" }, value: 1 },
    ];
    const warning = { ...PENDING, state: "firing" as const };
    expect(statusExit(status({ budgets }))).toBe(0);
    expect(statusExit(status({ budgets, alerts: [warning] }))).toBe(0);
    expect(statusExit(status({ budgets, alerts: [{ ...PAGE, state: "pending" }] }))).toBe(0);
    expect(statusExit(status({ budgets, alerts: [PAGE] }))).toBe(5);
    expect(statusExit(status({ budgets: [ofApi({ objective: "availability" }, -0.1)] }))).toBe(5);
  });
});

test("every objective is counted once: kept, missed or without data", () => {
  const names = ["availability", "latency", "routes", "orders"];
  const sample = fc.record({
    objective: fc.constantFrom(...names),
    value: fc.double({ min: -5, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const budgets = samples.map(({ objective: name, value }) => ofApi({ objective: name }, value));
      const { totals, systems } = status({ budgets });
      expect(totals.kept + totals.missed + totals.noData).toBe(totals.objectives);
      for (const { state, series } of systems.flatMap(({ services }) =>
        services.flatMap((each) => each.objectives),
      )) {
        expect(state === "missed").toBe(series.some((each) => each.state === "missed"));
        for (const each of series) {
          expect(each.sharePercent === undefined).toBe(each.state === "no data");
          expect((each.budgetLeftPercent ?? 0) < 0).toBe(each.state === "missed");
        }
      }
    }),
  );
});
