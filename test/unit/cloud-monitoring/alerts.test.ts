import { describe, expect, test } from "vitest";
import { type Alert, normalizeAlert } from "../../../components/alerting/alert.ts";
import { cloudAlertProblems, cloudAlerts, planAlert } from "../../../components/alerting/cloud/alerts.ts";
import { promqlProblem } from "../../../components/objectives/promql.ts";
import { ALERTS, conditions, facts, PROJECT, query, service } from "./support.ts";

const named = (name: string) => {
  const alert = facts().alerts.find((each) => each.name === name);
  if (alert === undefined) throw new Error(`there is no ${name}`);
  return planAlert(facts(), PROJECT, alert);
};

/** The queue of the system as a whole. */
const QUEUE: Alert = {
  name: "QueueDeep",
  condition: { kind: "value", metric: "queue_depth", above: 100, orAbsent: true },
  for: "5 min",
  severity: "warning",
  owner: "Shop Team!",
  concern: "queue",
  runbook: "service",
  what: "The queue is deep.",
  impact: "Work waits.",
  first: "Start workers.",
};

test("EA-16 an alert is one policy that says what, how bad, since when, what to do first, and where to read on", () => {
  expect(named("HighErrorRate")).toEqual({
    name: "backend-high-error-rate",
    severity: "warning",
    args: {
      project: PROJECT,
      displayName: "shop production: HighErrorRate, backend",
      combiner: "OR",
      severity: "ERROR",
      conditions: [
        {
          displayName: "HighErrorRate, backend",
          conditionPrometheusQueryLanguage: {
            query: query(named("HighErrorRate")),
            duration: "300s",
            evaluationInterval: "30s",
            alertRule: "HighErrorRate",
            labels: {
              environment: "production",
              system: "shop",
              service: "backend",
              concern: "HighErrorRate",
              severity: "warning",
              owner: "shop",
            },
            disableMetricValidation: true,
          },
        },
      ],
      documentation: {
        mimeType: "text/markdown",
        subject: "P2 shop/backend (production): HighErrorRate",
        content: [
          "**What:** More than 1 % of requests fail. Bad share now, of 1: ${metric.label.value}.",
          "**How bad:** Users see errors.",
          "**Since when:** It held for 5m before this began. The notification says when that was.",
          "**First:** Look at the newest revision.",
          "**Whose:** shop. P2: answer within 15 min.",
          "**Policy:** ${policy.display_name}, condition ${condition.display_name}",
        ].join("\n\n"),
        links: [
          { displayName: "Runbook", url: "https://runbooks.example.com/shop/service.md#higherrorrate" },
        ],
      },
      userLabels: {
        "managed-by": "slipway",
        environment: "production",
        system: "shop",
        service: "backend",
        concern: "higherrorrate",
        severity: "warning",
        owner: "shop",
      },
      alertStrategy: { autoClose: "1800s" },
    },
  });
});

describe("what is asked", () => {
  test("EA-16 ServiceNotReady: more than 10 % of readiness probes, for 2 minutes", () => {
    expect(query(named("ServiceNotReady"))).toMatch(/probe_type=~"\(\?i\)readiness"}\[5m]\)\) > 0\.1$/);
    expect(conditions(named("ServiceNotReady"))).toMatchObject([
      { conditionPrometheusQueryLanguage: { duration: "120s" } },
    ]);
  });

  test("EA-16 ServiceNotAlive: any liveness probe", () => {
    expect(query(named("ServiceNotAlive"))).toMatch(/probe_type=~"\(\?i\)liveness"}\[5m]\)\) > 0$/);
  });

  test("EA-16 HighErrorRate: more than 1 % of requests", () => {
    expect(query(named("HighErrorRate"))).toMatch(/service_name="backend"}\[5m]\)\) > 0\.01$/);
  });

  test("EA-16 HighLatency: the 95th percentile above 2 s, which the text calls by its name", () => {
    expect(query(named("HighLatency"))).toMatch(/^histogram_quantile\(0\.95, .* > 2000$/);
    expect(named("HighLatency").args.documentation).toMatchObject({
      content: expect.stringContaining("95 % of requests took at most ${metric.label.value} ms."),
    });
  });

  test("of the system as a whole: series that no service has", () => {
    const planned = planAlert(facts(), PROJECT, normalizeAlert(QUEUE));
    expect(query(planned)).toBe(
      'max (queue_depth{environment="production",system="shop"}) > 100 or absent(queue_depth{environment="production",system="shop"})',
    );
    expect(planned.args.userLabels).toMatchObject({ concern: "queue", owner: "shop-team-" });
    expect(planned.args.userLabels).not.toHaveProperty("service");
  });

  test("is PromQL, every time", () => {
    const asked = [...ALERTS, QUEUE].map((alert) =>
      query(planAlert(facts(), PROJECT, normalizeAlert(alert))),
    );
    expect(asked.map((each) => promqlProblem(each ?? ""))).toEqual(asked.map(() => undefined));
  });
});

test("severities keep their order in Cloud Monitoring's words", () => {
  const severities = ["ServiceNotReady", "HighErrorRate", "HighLatency"].map(
    (name) => named(name).args.severity,
  );
  expect(severities).toEqual(["CRITICAL", "ERROR", "WARNING"]);
});

test("a runbook in the repository is no link: its path stands in the text", () => {
  const [alert] = facts().alerts;
  const { args } = planAlert(facts({ runbookBase: "docs/runbooks" }), PROJECT, alert as never);
  expect(args.documentation).not.toHaveProperty("links");
  expect(args.documentation).toMatchObject({
    content: expect.stringContaining("**Runbook:** docs/runbooks/shop/service.md#servicenotready"),
  });
});

test("alerts of services elsewhere are Prometheus'; the system's own are Cloud Monitoring's where anything is on Cloud Run", () => {
  const alerts = [...ALERTS.slice(0, 1), QUEUE].map(normalizeAlert);
  const names = (runtime: "cloud-run" | "kubernetes", other: "cloud-run" | "kubernetes") =>
    cloudAlerts(
      facts({ alerts, services: [service({ runtime }), service({ service: "web", runtime: other })] }),
    ).map(({ name }) => name);
  expect(names("cloud-run", "kubernetes")).toEqual(["ServiceNotReady", "QueueDeep"]);
  expect(names("kubernetes", "cloud-run")).toEqual(["QueueDeep"]);
  expect(names("kubernetes", "kubernetes")).toEqual([]);
});

test("what looks back more than 25 hours may not have to hold for a time, and says so", () => {
  const repairs = (over: "25 h" | "26 h", time: "0 s" | "5 min") =>
    normalizeAlert({
      ...QUEUE,
      name: "RepairsHigh",
      condition: { kind: "count", metric: "repairs_total", above: 5, over },
      for: time,
    });
  expect(cloudAlertProblems(repairs("25 h", "5 min"))).toEqual([]);
  expect(cloudAlertProblems(repairs("26 h", "0 s"))).toEqual([]);
  expect(cloudAlertProblems(repairs("26 h", "5 min"))).toEqual([
    'alerts["RepairsHigh"].for: 5m; Cloud Monitoring takes none where an alert looks back more than 25 h, and this one does over 1d2h: use "0 s", or a shorter `over`',
  ]);
  const { conditionPrometheusQueryLanguage } =
    conditions(planAlert(facts(), PROJECT, repairs("26 h", "0 s")))[0] ?? {};
  expect(conditionPrometheusQueryLanguage).not.toHaveProperty("duration");
});
