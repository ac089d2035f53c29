import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dashboardFiles } from "../../../components/dashboards/files.ts";
import { placed } from "../../../components/dashboards/frame.ts";
import { dashboardUid } from "../../../components/dashboards/names.ts";
import { dashboardQueries, resolveVariables } from "../../../components/dashboards/queries.ts";
import { serviceDashboard } from "../../../components/dashboards/service-dashboard.ts";
import { smokeDashboard } from "../../../components/dashboards/smoke-dashboard.ts";
import { systemDashboard } from "../../../components/dashboards/system-dashboard.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { ETHIXAI, ONESOURCE, panelsOf, SMOKE } from "./support.ts";

const DASHBOARDS = [
  ...[ETHIXAI, ONESOURCE].flatMap((facts) => [
    systemDashboard(facts),
    ...facts.services.map((service) => serviceDashboard(facts, service)),
  ]),
  smokeDashboard(ETHIXAI, { ...SMOKE, job: "smoke" }),
];

interface Placed {
  readonly id?: number;
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** Cells of the grid that more than one panel takes, or that lie outside of it. */
function clashes(panels: readonly Placed[]): string[] {
  const taken = new Set<string>();
  return panels.flatMap(({ id, gridPos: { x, y, w, h } = { x: -1, y: 0, w: 1, h: 1 } }) =>
    Array.from(
      { length: w * h },
      (_, index) => [x + (index % w), y + Math.floor(index / w)] as const,
    ).flatMap(([column, row]) => {
      const cell = `${column},${row}`;
      const clash = taken.has(cell) || column < 0 || column >= 24;
      taken.add(cell);
      return clash ? [`panel ${id} at ${cell}`] : [];
    }),
  );
}

const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length;

describe("EA-16 every dashboard", () => {
  test("has panels that do not overlap, each with an id of its own", () => {
    for (const { panels = [] } of DASHBOARDS) {
      expect(clashes(panels)).toEqual([]);
      expect(isUnique(panels.map(({ id }) => id))).toBe(true);
    }
  });

  test("says of each panel what it shows, in which unit, and what is bad or good", () => {
    for (const panel of DASHBOARDS.flatMap(panelsOf)) {
      const said = {
        title: panel.title,
        description: panel.description,
        unit: panel.fieldConfig?.defaults.unit,
      };
      expect(said).toEqual({
        title: expect.stringMatching(/\S/),
        description: expect.stringMatching(/Bad|Red|Good/),
        unit: expect.stringMatching(/^\w+$/),
      });
      expect(panel.datasource).toEqual({ type: "prometheus", uid: "${datasource}" });
    }
  });

  test("asks PromQL of its own system only", () => {
    const queries = DASHBOARDS.flatMap((dashboard) =>
      dashboardQueries(dashboard).map((query) => ({ ...query, system: dashboard.tags?.[1] })),
    );
    expect(queries.length).toBeGreaterThan(100);
    for (const { expr, system } of queries) {
      expect([expr, promqlProblem(expr)]).toEqual([expr, undefined]);
      expect(expr).not.toMatch(/\$__|\$\{datasource/);
      // What Cloud Run counts itself knows no systems.
      if (expr.includes("run_googleapis_com:")) continue;
      const selectors = expr.match(/\{[^}]*=[^}]*\}/g) ?? [];
      expect(selectors.filter((each) => !each.includes(`environment="sandbox",system="${system}"`))).toEqual(
        [],
      );
    }
  });

  test("may have no data only where that is good news", () => {
    const empty = DASHBOARDS.flatMap(dashboardQueries).filter(({ mayBeEmpty }) => mayBeEmpty);
    expect(new Set(empty.map(({ panel }) => panel))).toEqual(new Set(["Firing alerts", "Release"]));
  });

  test("lets its reader choose a Prometheus, shows six hours, and can't be edited", () => {
    for (const { templating, time, refresh, editable } of DASHBOARDS) {
      expect(templating.list).toMatchObject([
        { name: "datasource", type: "datasource", query: "prometheus" },
      ]);
      expect({ time, refresh, editable }).toEqual({
        time: { from: "now-6h", to: "now" },
        refresh: "1m",
        editable: false,
      });
    }
  });
});

describe("the files of dashboards", () => {
  test("are one for the system and one for each service, and the same text for the same facts", () => {
    const files = dashboardFiles(ONESOURCE);
    expect([...files.keys()]).toEqual([
      "onesource.json",
      "onesource-backend.json",
      "onesource-frontend.json",
      "onesource-backups.json",
    ]);
    expect([...dashboardFiles(structuredClone(ONESOURCE))]).toEqual([...files]);
    const parsed = [...files.values()].map((text) => JSON.parse(text));
    expect(parsed.map(({ uid, title, tags }) => [uid, title, tags])[1]).toEqual([
      "slipway-onesource_backend-sandbox",
      "onesource / backend (sandbox)",
      ["slipway", "onesource", "sandbox"],
    ]);
    expect(isUnique(parsed.map(({ uid }) => uid))).toBe(true);
  });
});

describe("panels", () => {
  test("are placed without overlaps, whatever their sizes, in the order given", () => {
    const size = fc.record({ w: fc.integer({ min: 1, max: 24 }), h: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(fc.array(fc.array(size, { maxLength: 12 }), { maxLength: 5 }), (sections) => {
        const panels = sections.map((sizes) => ({
          title: "Some",
          panels: sizes.map(({ w, h }): Panel => ({ type: "stat", gridPos: { x: 0, y: 0, w, h } })),
        }));
        const there = placed(panels);
        expect(clashes(there)).toEqual([]);
        expect(there.map(({ id }) => id)).toEqual(there.map((_, index) => index + 1));
        expect(
          there.flatMap(({ type, gridPos }) => (type === "row" ? [] : [[gridPos?.w, gridPos?.h]])),
        ).toEqual(sections.flat().map(({ w, h }) => [w, h]));
      }),
    );
  });
});

describe("uids", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);
  const environment = fc.constantFrom("sandbox" as const, "staging" as const, "production" as const);

  test("are what Grafana takes, and never the same for two dashboards", () => {
    const one = fc.tuple(name, fc.option(name, { nil: undefined }), environment);
    fc.assert(
      fc.property(one, one, (a, b) => {
        const [first, second] = [a, b].map(([system, service, where]) =>
          dashboardUid({ system, environment: where }, service),
        );
        expect(first).toMatch(/^[a-z0-9_-]{1,40}$/);
        expect(first === second).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    expect(dashboardUid({ system: "a", environment: "staging" }, "b-c")).toBe("slipway-a_b-c-staging");
    expect(dashboardUid({ system: "a-b", environment: "staging" }, "c")).toBe("slipway-a-b_c-staging");
  });

  test("are cut where they are too long, and differ all the same", () => {
    const long = "recommendations-for-customers";
    expect(dashboardUid({ system: "warehouse", environment: "production" }, `${long}-1`)).toMatch(
      /^slipway-warehouse_recommendatio-[0-9a-f]{8}$/,
    );
  });
});

test("Grafana's variables are replaced, and what only looks like one stays", () => {
  expect(resolveVariables('rate(x[$__range]) ${datasource} $__rate_interval "${1}xx" $1')).toBe(
    'rate(x[6h]) prometheus 1m "${1}xx" $1',
  );
  expect(resolveVariables("x[${__range}]", { __range: "1h" })).toBe("x[1h]");
});
