import { expect, test } from "vitest";
import { configMapProblems, dashboardConfigMap } from "../../../components/dashboards/config-map.ts";
import { dashboardFiles } from "../../../components/dashboards/files.ts";
import { ONESOURCE } from "./support.ts";

test("EA-16 a ConfigMap holds a system's dashboards, with the label that Grafana's sidecar looks for", () => {
  const { metadata, data } = dashboardConfigMap(ONESOURCE, { namespace: "onesource", labels: { a: "b" } });
  expect(metadata).toEqual({
    name: "grafana-dashboard-onesource",
    namespace: "onesource",
    labels: { a: "b", grafana_dashboard: "1" },
  });
  const read = Object.entries(data).map(([file, text]) => [file, JSON.parse(text)]);
  expect(read).toEqual([...dashboardFiles(ONESOURCE)].map(([file, text]) => [file, JSON.parse(text)]));
  for (const text of Object.values(data)) expect(text).not.toContain("\n");
});

test("more than a ConfigMap holds is refused with the figures", () => {
  const most = 1_048_576 - "a.json".length - "é.json".length - 1;
  const data = (bytes: number) => ({ "a.json": "x".repeat(bytes - 10), "é.json": "é".repeat(5) });
  expect(configMapProblems(data(most))).toEqual([]);
  expect(configMapProblems(data(most + 1))).toEqual([
    "its dashboards take 1048577 bytes, and a ConfigMap holds 1048576. The largest: a.json (1048560), é.json (17). Promise less of these services, or declare some of them as a system of their own",
  ]);
  const [first] = ONESOURCE.services;
  const many = Array.from({ length: 80 }, (_, index) => ({ ...first, service: `s${index}` }));
  const facts = { ...ONESOURCE, alerts: [], services: many as (typeof ONESOURCE)["services"] };
  expect(() => dashboardConfigMap(facts, { namespace: "onesource" })).toThrow(
    /^grafana-dashboard-onesource: its dashboards take \d{7} bytes/,
  );
});
