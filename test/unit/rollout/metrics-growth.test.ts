import fc from "fast-check";
import { expect, test } from "vitest";
import { Growth, type SourcedSample } from "../../../automation/rollout/metrics/growth.ts";

const SINCE = new Date("2026-03-01T12:00:00Z");
const at = (seconds: number) => new Date(SINCE.getTime() + 1000 * seconds);
const sample = (code: string, value: number, source = "a"): SourcedSample => ({
  name: "http_requests_total",
  labels: { code },
  value,
  source,
});
const started = (value: number, source = "a"): SourcedSample => ({
  name: "process_start_time_seconds",
  labels: {},
  value,
  source,
});

/** What one counter grew to, look by look. */
function looks(pages: readonly (readonly SourcedSample[])[]): (number | undefined)[] {
  let memory: unknown;
  return pages.map((page, index) => {
    const growth = new Growth(page, SINCE, at(index), memory);
    const sums = growth.sum("http_requests_total", {}, []);
    // As it is kept: in a file.
    memory = JSON.parse(JSON.stringify(growth.remember()));
    return sums?.get("[]");
  });
}

test("a step counts from its first look, and a series that is new from 0", () => {
  expect(looks([[sample("200", 100)], [sample("200", 107), sample("500", 3)], [sample("200", 108)]])).toEqual(
    [0, 10, 11],
  );
});

test("a counter that begins anew is counted from 0, and what was counted before stays", () => {
  expect(looks([[sample("200", 100)], [sample("200", 130)], [sample("200", 4)], [sample("200", 9)]])).toEqual(
    [0, 30, 34, 39],
  );
});

test("a process that began anew is told by its start, even where its counter is higher than before", () => {
  const pages = [
    [started(1), sample("200", 5)],
    [started(2), sample("200", 8)],
    [started(2), sample("200", 9)],
  ];
  expect(looks(pages)).toEqual([0, 8, 9]);
});

test("who passes on the starts of several processes says nothing of its own", () => {
  const page = (value: number, ...starts: number[]) => [
    ...starts.map((each) => started(each)),
    sample("200", value),
  ];
  expect(looks([page(5, 1, 2), page(8, 2, 1)])).toEqual([0, 3]);
});

test("a series that was gone for a look began anew", () => {
  expect(looks([[sample("200", 5)], [sample("500", 1)], [sample("200", 7), sample("500", 1)]])).toEqual([
    0, 1, 8,
  ]);
});

test("no series is no sum, not 0", () => {
  expect(looks([[], [], [sample("200", 2)]])).toEqual([undefined, undefined, 2]);
});

test("two addresses whose series look alike are told apart", () => {
  const page = (a: number, b: number) => [sample("200", a, "a"), sample("200", b, "b")];
  expect(looks([page(10, 100), page(11, 102), page(1, 103)])).toEqual([0, 3, 5]);
});

test("what another step kept, or nobody wrote, is not counted on", () => {
  const before = new Growth([sample("200", 5)], SINCE, SINCE, undefined);
  before.sum("http_requests_total", {}, []);
  const grown = (since: Date, memory: unknown) => {
    const growth = new Growth([sample("200", 9)], since, at(9), memory);
    return [growth.sum("http_requests_total", {}, [])?.get("[]"), growth.began];
  };
  expect(grown(SINCE, before.remember())).toEqual([4, SINCE]);
  expect(grown(at(1), before.remember())).toEqual([0, at(9)]);
  expect(grown(SINCE, { since: SINCE.toISOString() })).toEqual([0, at(9)]);
});

test("however often it is looked at and begun anew, each event is counted once", () => {
  const step = fc.record({ code: fc.constantFrom("200", "500"), events: fc.nat(50), restart: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let start = 1;
      let counters: Record<string, number> = { "200": 1000 };
      const page = () => [
        started(start),
        ...Object.entries(counters).map(([code, value]) => sample(code, value)),
      ];
      const pages = [page()];
      let events = 0;
      for (const { code, events: more, restart } of steps) {
        if (restart) {
          counters = {};
          start++;
        }
        counters[code] = (counters[code] ?? 0) + more;
        events += more;
        pages.push(page());
      }
      expect(looks(pages).at(-1)).toBe(events);
    }),
  );
});
