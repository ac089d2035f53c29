import { describe, expect, test } from "vitest";
import { METRICS, type MetricNames } from "../../../components/objectives/measured-service.ts";
import {
  normalizeObjective,
  type Objective,
  objectiveProblems,
} from "../../../components/objectives/objective.ts";

const AT = 'objectives["availability"]';

/** What is wrong with an objective that differs in this from one that is right. */
function problems(change: Partial<Objective> = {}, metrics?: MetricNames): string[] {
  const right: Objective = {
    name: "availability",
    indicator: { kind: "availability" },
    target: 99.9,
    owner: "shop",
  };
  return objectiveProblems([{ ...right, ...change }], metrics);
}

describe("an objective", () => {
  test("OS-04 is right as its seeds state them", () => {
    expect(problems()).toEqual([]);
    expect(problems({ window: "calendar month" })).toEqual([]);
  });

  test.each([0, 100, -1, 101])("OS-04 has no target of %d %%", (target) => {
    expect(problems({ target })).toEqual([
      `${AT}.target: ${target} must lie above 0 and below 100 (percent of good events)`,
    ]);
  });

  test.each(["0 days", "12 h"] as const)("OS-04 has no window of %s", (window) => {
    expect(problems({ window })).toEqual([
      `${AT}.window: "${window}" is shorter than a day; use 7, 28 or 30 days`,
    ]);
  });

  test("OS-04 has a name that no other of its service has", () => {
    const one: Objective = { name: "a", indicator: { kind: "availability" }, target: 99, owner: "shop" };
    expect(objectiveProblems([one, one])).toEqual([
      'objectives["a"]: there are two of this name; give each its own',
    ]);
    expect(problems({ name: "Bad Name" })).toEqual([
      'objectives["Bad Name"]: its name must be lower-case words joined by "-"',
    ]);
  });

  test("OS-04 says why nobody is told, and how many bad events are many", () => {
    expect(problems({ alerting: { off: " " } })).toEqual([
      `${AT}.alerting.off: say why nobody is told when it is missed`,
    ]);
    expect(problems({ target: 80, alerting: { off: "another is stricter" } })).toEqual([]);
    expect(problems({ alerting: { minimumBad: 1.5 } })).toEqual([
      `${AT}.alerting.minimumBad: 1.5 must be a whole number, 0 or more`,
    ]);
  });

  test("OS-04 is refused where its burn can't be reached, by its name", () => {
    const [first = "", second] = problems({ target: 93 });
    expect(first).toMatch(
      /^objectives\["availability"\]: its page at a burn rate of 14\.4 .* needs 101 % bad events/,
    );
    expect(second).toBeUndefined();
  });

  test("OS-04 carries its durations in seconds and its window in days", () => {
    const latency: Objective = {
      name: "latency",
      indicator: { kind: "latency", threshold: "1500 ms", route: "/chat" },
      target: 95,
      window: "calendar month",
      owner: "shop",
    };
    expect(normalizeObjective(latency)).toEqual({
      name: "latency",
      kind: "latency",
      target: 95,
      windowDays: 30,
      calendar: true,
      owner: "shop",
      thresholdSeconds: 1.5,
      route: "/chat",
    });
  });
});

describe("an indicator", () => {
  const of = (indicator: Objective["indicator"], metrics?: MetricNames) => problems({ indicator }, metrics);
  const KNOWN =
    "Known: environment, system, service, revision, method, route, code. Name others in `labels`, if the metric has them";

  test("OS-04 selects by labels that its series have", () => {
    expect(of({ kind: "availability", where: { status: "500" }, by: ["zone"] })).toEqual([
      `${AT}.indicator.where: there is no label "status" on its series. ${KNOWN}`,
      `${AT}.indicator.by: there is no label "zone" on its series. ${KNOWN}`,
    ]);
    expect(of({ kind: "availability", by: ["zone"], labels: ["zone"] })).toEqual([]);
  });

  test("OS-04 selects by patterns that Prometheus knows", () => {
    expect(of({ kind: "availability", where: { method: { matches: "5(.." } } })).toEqual([
      `${AT}.indicator.where["method"]: "5(.." is no regular expression`,
    ]);
    expect(of({ kind: "availability", where: { method: { not: "(?=5)" } } })).toEqual([
      `${AT}.indicator.where["method"]: "(?=5)" looks around or back, which Prometheus' patterns can't`,
    ]);
  });

  test("OS-04 asks PromQL that parses, with a range", () => {
    expect(of({ kind: "queries", bad: "sum(rate(a[5m]))", total: "sum(rate(b[$window])" })).toEqual([
      `${AT}.indicator.bad: "sum(rate(a[5m]))" has no $window where its range stands, such as rate(events_total[$window])`,
      `${AT}.indicator.total: "sum(rate(b[$window])" is no PromQL: it ends too soon or goes wrong at character 16, after "sum(rate(b[5m])"`,
    ]);
    expect(of({ kind: "ratio", bad: "a b", total: "1c" })).toEqual([
      `${AT}.indicator.bad: "a b" is no metric's name`,
      `${AT}.indicator.total: "1c" is no metric's name`,
    ]);
  });

  test("OS-04 is not narrowed by what tells good from bad", () => {
    expect(of({ kind: "availability", where: { code: { not: "404" } } })).toEqual([
      `${AT}.indicator.where: "code" tells what is good, so it can't choose what is counted; use a ratio of two counters`,
    ]);
  });

  test("OS-04 has a threshold that the histogram has an edge at", () => {
    const edges = { ...METRICS, edges: [0.1, 2, 5] };
    expect(of({ kind: "latency", threshold: "2 s" }, edges)).toEqual([]);
    expect(of({ kind: "latency", threshold: "3 s" }, edges)).toEqual([
      `${AT}.indicator.threshold: the histogram has no bucket edge at 3 s, so nothing can be said of it. Nearest: 2 s, 5 s; or give the histogram that edge (\`metrics.edges\`)`,
    ]);
    expect(of({ kind: "latency", threshold: "0 s" })).toEqual([
      `${AT}.indicator.threshold: 0 s must be above 0`,
    ]);
  });

  test("OS-04 has limits that can be passed", () => {
    expect(of({ kind: "delta", threshold: "0 ms", route: "/a", against: "/a", quantile: 100 })).toEqual([
      `${AT}.indicator: "/a" is held against itself; name two routes`,
      `${AT}.indicator.quantile: 100 must lie above 0 and below 100 (percent)`,
      `${AT}.indicator.threshold: 0 s must be above 0`,
    ]);
    expect(of({ kind: "freshness", lastSuccess: "max(x", maxAge: "0 s" })).toEqual([
      `${AT}.indicator.lastSuccess: "max(x" is no metric's name and no PromQL: it ends too soon or goes wrong at character 6, after "max(x"`,
      `${AT}.indicator.maxAge: "0 s" must be above 0`,
    ]);
    expect(of({ kind: "saturation", used: "a b", capacity: 0, limit: 0 })).toEqual([
      `${AT}.indicator.used: "a b" is no metric's name and no PromQL: it ends too soon or goes wrong at character 3, after "a "`,
      `${AT}.indicator.capacity: 0 must be above 0`,
      `${AT}.indicator.limit: 0 must be above 0 (percent of the capacity)`,
    ]);
  });
});
