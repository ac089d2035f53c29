import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { MonitoringFacts, SmokeRuns } from "../alerting/facts.ts";
import type { LabelMatch } from "../objectives/indicator.ts";
import { promDuration, selector } from "../objectives/promql.ts";
import { COLOUR, lines, UNIT } from "./panels.ts";

const HALF = 12;

/** Percent of runs that pass: below it, users meet what the tests meet (EA-11). */
const PASS_PERCENT = 99.9;

/** Of runs, 95 % take less than the first (EA-11); none may take more than the second, in seconds. */
const DURATION = { usual: 120, most: 300 };

/** Runs that a count is over: an hour of those that are five minutes apart. */
const COUNTED_RUNS = 12;

/** The labels that a scrape gives to what runs a system's smoke tests. */
type Named = Pick<MonitoringFacts, "system" | "environment">;

function seriesOf(
  { environment, system }: Named,
  metric: string,
  more: Readonly<Record<string, LabelMatch>> = {},
): string {
  return selector(metric, { environment, system, ...more });
}

/** Length of time that counts are over. */
function counted({ everySeconds }: SmokeRuns): string {
  return promDuration(COUNTED_RUNS * everySeconds);
}

/** Percent of what is counted that passed, over the time shown. What never passed has no series, and is 0 of all. */
function passPercent(passed: string, all: string): string {
  const count = (series: string) => `sum(increase(${series}[$__range]))`;
  return `100 * (${count(passed)} or 0 * ${count(all)}) / (${count(all)} > 0)`;
}

function passPanel(title: string, from: string, expression: string): Panel {
  return lines({
    title,
    description: `Percent of the runs that passed, over as much time as is shown. ${from} Good: 100. Bad: below the dashed line at ${PASS_PERCENT} %. A gap: there was no run.`,
    unit: UNIT.percent,
    width: HALF,
    queries: [[expression, "passed"]],
    limits: [
      [null, COLOUR.bad],
      [PASS_PERCENT, COLOUR.good],
    ],
  });
}

/** What runs the tests tells Prometheus, if somebody scrapes it. */
const SCRAPED = "As `slipway smoke --every` counts them.";

/** How runs ended. */
export function runPanels(named: Named, smoke: SmokeRuns): Panel[] {
  const runs = seriesOf(named, "smoke_runs_total");
  const passed = seriesOf(named, "smoke_runs_total", { result: "passed" });
  const range = counted(smoke);
  return [
    passPanel("Pass rate", SCRAPED, passPercent(passed, runs)),
    lines({
      title: "Runs by result",
      description: `Runs in the last ${range}. ${SCRAPED} Good: ${COUNTED_RUNS}, all of them green. Bad: red, or fewer than that: they are to run every ${promDuration(smoke.everySeconds)}.`,
      unit: UNIT.count,
      width: HALF,
      min: 0,
      stacked: true,
      queries: [[`round(sum by (result) (increase(${runs}[${range}])))`, "{{result}}"]],
      colours: { passed: { colour: COLOUR.good }, failed: { colour: COLOUR.bad } },
    }),
  ];
}

/** What is wrong, and since when. */
export function failurePanels(named: Named, smoke: SmokeRuns): Panel[] {
  const { everySeconds, failures } = smoke;
  const silence = failures * everySeconds;
  const range = counted(smoke);
  const failed = seriesOf(named, "smoke_test_failures_total");
  const lastSuccess = seriesOf(named, "smoke_last_success_timestamp_seconds");
  return [
    lines({
      title: "Failures in a row",
      description: `Runs that failed since one passed. Good: 0. Bad: at the dashed line, ${failures}, somebody is woken.`,
      unit: UNIT.count,
      width: HALF,
      min: 0,
      queries: [[`max(${seriesOf(named, "smoke_consecutive_failures")})`, "failures"]],
      limits: [
        [null, COLOUR.good],
        [failures, COLOUR.bad],
      ],
    }),
    lines({
      title: "Time since the last success",
      description: `Since the last run that passed began. Good: it falls to about 0 every ${promDuration(everySeconds)}; a fault shows in the next run. Bad: above the dashed line at ${promDuration(silence)}: ${failures} runs failed, or nothing runs them any more. A gap: none passed in the time shown.`,
      unit: UNIT.seconds,
      width: HALF,
      min: 0,
      // Looking back: what runs them no more exports nothing, and its silence is to be seen.
      queries: [[`time() - max(last_over_time(${lastSuccess}[$__range]))`, "since"]],
      limits: [
        [null, COLOUR.good],
        [silence, COLOUR.bad],
      ],
    }),
    lines({
      title: "Failures by test",
      description: `Runs in the last ${range} in which each test failed; one that was skipped did not fail. Good: 0. Bad: a test that fails again and again; the runbook says which part it asks.`,
      unit: UNIT.count,
      width: HALF,
      min: 0,
      queries: [[`round(sum by (test) (increase(${failed}[${range}])))`, "{{test}}"]],
    }),
    durationPanel(named),
  ];
}

function durationPanel(named: Named): Panel {
  const duration = seriesOf(named, "smoke_run_duration_seconds");
  return lines({
    title: "Duration of runs",
    description: `How long the last run took, and what 95 % of the runs in as much time as is shown did not exceed. Bad: P95 above the first dashed line, ${promDuration(DURATION.usual)}. At the second, ${promDuration(DURATION.most)}, a run is cut short and fails.`,
    unit: UNIT.seconds,
    width: HALF,
    min: 0,
    queries: [
      [`max(${duration})`, "last run"],
      [`max(quantile_over_time(0.95, ${duration}[$__range]))`, "P95"],
    ],
    limits: [
      [null, COLOUR.good],
      [DURATION.usual, COLOUR.warning],
      [DURATION.most, COLOUR.bad],
    ],
    colours: { "last run": { colour: COLOUR.neutral }, P95: { colour: COLOUR.warning } },
  });
}

/**
 * What Cloud Run counts of a job, whose runs end before anything could scrape them. It knows no labels of ours: systems are told
 * apart by their projects.
 */
export function jobPanels(smoke: SmokeRuns): Panel[] {
  const { job, everySeconds } = smoke;
  if (job === undefined) return [];
  const executions = (result: Readonly<Record<string, string>> = {}) =>
    selector("run_googleapis_com:job_completed_execution_count", {
      monitored_resource: "cloud_run_job",
      job_name: job,
      ...result,
    });
  const range = counted(smoke);
  const from = `As Cloud Monitoring counts executions of the job \`${job}\`.`;
  return [
    passPanel("Pass rate of the job", from, passPercent(executions({ result: "succeeded" }), executions())),
    lines({
      title: "Executions of the job by result",
      description: `Executions in the last ${range}. ${from} Good: ${COUNTED_RUNS}, all of them green. Bad: red, or fewer than that: the job is to run every ${promDuration(everySeconds)}.`,
      unit: UNIT.count,
      width: HALF,
      min: 0,
      stacked: true,
      queries: [[`round(sum by (result) (increase(${executions()}[${range}])))`, "{{result}}"]],
      colours: { succeeded: { colour: COLOUR.good }, failed: { colour: COLOUR.bad } },
    }),
  ];
}
