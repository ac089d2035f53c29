import { describe, expect, test } from "vitest";
import { monitoringProblems } from "../../../components/alerting/spec.ts";
import { dashboardFiles } from "../../../components/dashboards/files.ts";
import { dashboardQueries } from "../../../components/dashboards/queries.ts";
import { smokeDashboard } from "../../../components/dashboards/smoke-dashboard.ts";
import { systemDashboard } from "../../../components/dashboards/system-dashboard.ts";
import { ETHIXAI, expressions, ONESOURCE, outline, panelOf, SMOKE, steps } from "./support.ts";

const dashboard = smokeDashboard(ETHIXAI, SMOKE);
const onCloudRun = smokeDashboard({ ...ETHIXAI, environment: "production" }, { ...SMOKE, job: "smoke" });
const LABELS = 'environment="sandbox",system="ethixai"';

const PANELS = [
  ...["# Runs", "Pass rate", "Runs by result"],
  ...["# Failures and durations", "Failures in a row", "Time since the last success"],
  ...["Failures by test", "Duration of runs"],
];

describe("EA-16 EA-11 the dashboard of smoke tests", () => {
  test("shows how runs end, what fails and since when, and how long they take", () => {
    expect(outline(dashboard)).toEqual(PANELS);
    expect(dashboard.annotations).toEqual({ list: [] });
    expect(dashboard.description).toContain("the smoke tests of ethixai do (suite ethixai)");
  });

  test("draws the lines that runs are held to", () => {
    const limits = Object.fromEntries(
      PANELS.filter((title) => !title.startsWith("#")).map((title) => [
        title,
        steps(panelOf(dashboard, title)),
      ]),
    );
    expect(limits).toMatchObject({
      "Pass rate": [
        [null, "red"],
        [99.9, "green"],
      ],
      "Failures in a row": [
        [null, "green"],
        [3, "red"],
      ],
      "Time since the last success": [
        [null, "green"],
        [900, "red"],
      ],
      "Duration of runs": [
        [null, "green"],
        [120, "orange"],
        [300, "red"],
      ],
    });
  });

  test("asks what the runner exports, of its own system", () => {
    const asked = (title: string) => expressions(panelOf(dashboard, title));
    const runs = (labels: string) => `sum(increase(smoke_runs_total{${labels}}[$__range]))`;
    expect(asked("Pass rate")).toEqual([
      `100 * (${runs(`${LABELS},result="passed"`)} or 0 * ${runs(LABELS)}) / (${runs(LABELS)} > 0)`,
    ]);
    expect(asked("Runs by result")).toEqual([
      `round(sum by (result) (increase(smoke_runs_total{${LABELS}}[1h])))`,
    ]);
    expect(asked("Failures by test")).toEqual([
      `round(sum by (test) (increase(smoke_test_failures_total{${LABELS}}[1h])))`,
    ]);
    expect(asked("Failures in a row")).toEqual([`max(smoke_consecutive_failures{${LABELS}})`]);
    expect(asked("Time since the last success")).toEqual([
      `time() - max(last_over_time(smoke_last_success_timestamp_seconds{${LABELS}}[$__range]))`,
    ]);
    expect(asked("Duration of runs")).toEqual([
      `max(smoke_run_duration_seconds{${LABELS}})`,
      `max(quantile_over_time(0.95, smoke_run_duration_seconds{${LABELS}}[$__range]))`,
    ]);
  });

  test("counts over as much time as twelve runs take", () => {
    const often = smokeDashboard(ETHIXAI, { ...SMOKE, everySeconds: 10, failures: 2 });
    expect(expressions(panelOf(often, "Failures by test"))[0]).toContain("[2m]");
    expect(steps(panelOf(often, "Failures in a row"))).toContainEqual([2, "red"]);
    expect(steps(panelOf(often, "Time since the last success"))).toContainEqual([20, "red"]);
    expect(panelOf(often, "Time since the last success").description).toContain(
      "above the dashed line at 20s: 2 runs failed, or nothing runs them any more",
    );
  });

  test("shows first what Cloud Run counts of a job that runs them", () => {
    const job = ["# Job on Cloud Run", "Pass rate of the job", "Executions of the job by result"];
    expect(outline(onCloudRun)).toEqual([...job, ...PANELS]);
    const series = (result = "") =>
      `run_googleapis_com:job_completed_execution_count{monitored_resource="cloud_run_job",job_name="smoke"${result}}`;
    const count = (result?: string) => `sum(increase(${series(result)}[6h]))`;
    const queries = dashboardQueries(onCloudRun).filter(({ panel }) => panel.includes("job"));
    expect(queries.map(({ expr }) => expr)).toEqual([
      `100 * (${count(',result="succeeded"')} or 0 * ${count()}) / (${count()} > 0)`,
      `round(sum by (result) (increase(${series()}[1h])))`,
    ]);
    expect(steps(panelOf(onCloudRun, "Pass rate of the job"))).toContainEqual([99.9, "green"]);
  });

  test("is a file of its own, which the system's dashboard links to, and links back", () => {
    expect([...dashboardFiles(ETHIXAI).keys()]).toEqual([
      "ethixai.json",
      "ethixai-smoke.json",
      "ethixai-backend.json",
      "ethixai-ai-core.json",
    ]);
    expect([...dashboardFiles(ONESOURCE).keys()]).not.toContain("onesource-smoke.json");
    expect(systemDashboard(ETHIXAI).links?.at(-1)).toMatchObject({
      title: "smoke tests",
      url: `/d/${dashboard.uid}`,
    });
    expect(dashboard.links).toMatchObject([{ title: "ethixai", url: "/d/slipway-ethixai-sandbox" }]);
    expect([dashboard.uid, dashboard.title]).toEqual([
      "slipway-ethixai_smoke-sandbox",
      "ethixai / smoke (sandbox)",
    ]);
  });
});

describe("EA-11 smoke tests that make no sense are refused", () => {
  const problems = (smoke: typeof SMOKE, name = "pages") =>
    monitoringProblems({
      services: [],
      elsewhere: [{ service: name, objectives: [] }],
      escalation: ETHIXAI.escalation,
      runbooks: [],
      smoke,
    }).filter((problem) => problem.startsWith("smoke"));

  test("with what would do", () => {
    expect(problems({ ...SMOKE, everySeconds: 0.5, failures: 0 })).toEqual([
      "smoke.everySeconds: 0.5 must be a whole number, 1 or more",
      "smoke.failures: 0 must be a whole number, 1 or more",
    ]);
    expect(problems(SMOKE, "smoke")).toEqual([
      'smoke: its dashboard has the name of the service "smoke", which has one, too. Name the service otherwise',
    ]);
    expect(problems({ ...SMOKE, everySeconds: 1, failures: 1 })).toEqual([]);
  });
});
