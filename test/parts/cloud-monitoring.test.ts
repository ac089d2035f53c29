import { expect, test } from "vitest";
import { stringify } from "yaml";
import { planAlert } from "../../components/alerting/cloud/alerts.ts";
import { planObjective } from "../../components/alerting/cloud/objectives.ts";
import type { PlannedPolicy } from "../../components/alerting/cloud/policy.ts";
import { checkRules, describeWithPrometheus, testRules } from "../support/prometheus.ts";
import { facts, INDICATORS, objective, PROJECT, query, service } from "../unit/cloud-monitoring/support.ts";

/** What Cloud Monitoring is asked, as Prometheus' rules: the language is the same. */
function rules(policies: readonly PlannedPolicy[]): string {
  const asked = policies.filter((policy) => query(policy) !== undefined);
  const alerts = asked.map((policy) => ({ alert: policy.name.replaceAll("-", "_"), expr: query(policy) }));
  return stringify({ groups: [{ name: "asked", interval: "1m", rules: alerts }] });
}

const alertPolicies = () => facts().alerts.map((alert) => planAlert(facts(), PROJECT, alert));

const RUN = 'monitored_resource="cloud_run_revision",service_name="backend"';
const requests = (code: string) => `run_googleapis_com:request_count{${RUN},response_code_class="${code}"}`;
const bucket = (le: string) => `run_googleapis_com:request_latencies_bucket{${RUN},le="${le}"}`;

/** Names of the alerts that there are at a time. */
function firing(at: string, named: Readonly<Record<string, boolean>>) {
  return Object.entries(named).map(([alertname, fires]) => ({
    eval_time: at,
    alertname,
    exp_alerts: fires ? [{}] : [],
  }));
}

describeWithPrometheus("what Cloud Monitoring is asked", () => {
  test("EA-16 is what Prometheus takes, types and all", async () => {
    const burning = Object.entries(INDICATORS).flatMap(
      ([name, indicator]) =>
        planObjective(
          facts(),
          PROJECT,
          service(),
          objective({ name: name.toLowerCase(), indicator, target: 95 }),
        ).policies,
    );
    const policies = [...alertPolicies(), ...burning];
    const asked = policies.filter((policy) => query(policy) !== undefined).length;
    expect(await checkRules(rules(policies))).toContain(`${asked} rules found`);
  });

  test("EA-16 fires above the share and not below it: errors, slow requests, probes", async () => {
    const probes = (healthy: string) =>
      `run_googleapis_com:container_completed_probe_attempt_count{${RUN},probe_type="READINESS",is_healthy="${healthy}"}`;
    // Of 1,000 requests a minute, in the first hour 5 fail, 1 % take over 2.5 s and 1 probe in 20 fails; in the second 20, 6 %,
    // 3 in 20. No bucket of Cloud Run's ends at 2 s.
    const said = await testRules(rules(alertPolicies()), {
      tests: [
        {
          interval: "1m",
          input_series: [
            { series: requests("2xx"), values: "0+995x60 60680+980x60" },
            { series: requests("5xx"), values: "0+5x60 320+20x60" },
            { series: bucket("1500"), values: "0+940x60 57300+900x60" },
            { series: bucket("2500"), values: "0+990x60 60340+940x60" },
            { series: bucket("5000"), values: "0+1000x120" },
            { series: bucket("+Inf"), values: "0+1000x120" },
            { series: probes("true"), values: "0+19x60 1157+17x60" },
            { series: probes("false"), values: "0+1x60 63+3x60" },
          ],
          alert_rule_test: [
            ...firing("50m", {
              backend_high_error_rate: false,
              backend_high_latency: false,
              backend_service_not_ready: false,
            }),
            ...firing("110m", {
              backend_high_error_rate: true,
              backend_high_latency: true,
              backend_service_not_ready: true,
            }),
          ],
        },
      ],
    });
    expect(said).toContain("SUCCESS");
  });

  test("a ticket over 3 days wants both windows and enough bad requests; no series of 5xx is none", async () => {
    const ticket = "backend_availability_ticket_3d";
    const eager = "backend_eager_ticket_3d";
    const promised = [objective(), objective({ name: "eager", alerting: { minimumBad: 1 } })];
    const policies = promised.flatMap((each) => planObjective(facts(), PROJECT, service(), each).policies);
    const burning = (bad: string | undefined, fires: boolean, eagerFires = fires, good = "0+1000x1000") => ({
      interval: "10m",
      input_series: [
        { series: requests("2xx"), values: good },
        ...(bad === undefined ? [] : [{ series: requests("5xx"), values: bad }]),
      ],
      alert_rule_test: firing("5d", { [ticket]: fires, [eager]: eagerFires }),
    });
    const said = await testRules(rules(policies), {
      evaluation_interval: "1h",
      tests: [
        burning("0+10x1000", true),
        burning("0+3x1000", false),
        burning(undefined, false),
        // It is over: nothing bad within the last 6 hours.
        burning("0+10x680 6800+0x320", false),
        // Two bad of hundred in three days, both lately: a share of 2 %, but only two.
        burning("0+0x700 1+0x9 2+0x280", false, true, "0+0.25x1000"),
      ],
    });
    expect(said).toContain("SUCCESS");
  });
});
