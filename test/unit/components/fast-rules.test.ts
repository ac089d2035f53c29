import { expect, test } from "vitest";
import { systemRules } from "../../../components/alerting/rules.ts";
import { fastRules } from "../../support/fast-rules.ts";
import { ETHIXAI } from "../dashboards/support.ts";

test("fast rules: every interval, wait, range, step and weight is divided, and nothing else", () => {
  const annotations = { summary: "5m [5m]" };
  const labels = { severity: "page", window: "1h" };
  const expr = 'b{window="1h"} > 14.4 and ignoring (window) 30 * sum_over_time(bad[1h30m:5m]) >= 5';
  const record = { record: "r", expr: "sum_over_time(x[1d]) / rate(y[5m:])", labels: { window: "3d" } };
  const group = {
    name: "g, 1h",
    interval: "2m",
    rules: [record, { alert: "A", expr, for: "1h", labels, annotations }],
  };
  expect(fastRules([group], 60)).toEqual([
    {
      name: "g, 1h",
      interval: "2000ms",
      rules: [
        { ...record, expr: "sum_over_time(x[1440000ms]) / rate(y[5000ms:])" },
        {
          ...{ alert: "A", labels, annotations, for: "60000ms" },
          expr: 'b{window="1h"} > 14.4 and ignoring (window) 0.5 * sum_over_time(bad[90000ms:5000ms]) >= 5',
        },
      ],
    },
  ]);
  expect(() => fastRules([{ name: "g", interval: "soon", rules: [] }], 60)).toThrow('"soon" is no duration');
});

test("fast rules at the speed of time are those of the system, but for how durations are written", () => {
  const spelt = (text: string) =>
    text.replaceAll(/\b(\d+)([smhd])\b/g, (_, count: string, unit: string) => {
      const milliseconds = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 }[unit] ?? 0;
      return `${Number(count) * milliseconds}ms`;
    });
  // Labels and texts stay as they are in both, and are compared as they are written.
  const rules = systemRules(ETHIXAI);
  const plain = JSON.stringify(rules, (key, value) =>
    key === "labels" || key === "annotations" ? undefined : value,
  );
  const fast = JSON.stringify(fastRules(rules, 1), (key, value) =>
    key === "labels" || key === "annotations" ? undefined : value,
  );
  expect(spelt(fast)).toBe(spelt(plain));
  expect(fastRules(rules, 60).flatMap((group) => group.rules.map((rule) => rule.labels))).toEqual(
    rules.flatMap((group) => group.rules.map((rule) => rule.labels)),
  );
});
