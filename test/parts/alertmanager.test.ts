import { expect, test } from "vitest";
import { monitoringFiles } from "../../automation/plan/monitoring/files.ts";
import { SEVERITIES } from "../../components/alerting/alert.ts";
import { checkAlertmanager, describeWithPrometheus, routesTo } from "../support/prometheus.ts";
import { productionFacts } from "../support/rule-tests/production.ts";

const systems = await productionFacts();
const text = monitoringFiles(systems).get("alertmanager/alertmanager.yaml") ?? "";

/** Requirement that says whom a system's alerts reach. */
const PROVEN: Readonly<Record<string, string>> = {
  acgs: "AC-05",
  ethixai: "EA-16",
  onesource: "OS-05",
  phase8: "P8-06",
  wcag: "WC-01",
};

test("P8-06 no secret is in an Alertmanager's configuration, only files that hold them", () => {
  const files = [...text.matchAll(/(\w+_file): "?([^"\s]+)"?/g)].map(([, , file]) => file);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(file).toMatch(/^\/etc\/alertmanager\/secrets\/[a-z0-9-]+$/);
  // Every way to state a secret in clear.
  expect(text).not.toMatch(
    /\b(api_url|routing_key|service_key|credentials|auth_password|password|bearer_token):/,
  );
});

describeWithPrometheus("the Alertmanager of production", () => {
  test("P8-06 takes the configuration of all systems together", async () => {
    expect(await checkAlertmanager(text)).toContain(`${systems.length * SEVERITIES.length} receivers`);
  });

  for (const { system, environment } of systems) {
    test(`${PROVEN[system]} an alert of ${system} goes to ${system}'s receiver of its severity, and without one to its warnings'`, async () => {
      for (const severity of [...SEVERITIES, "unheard-of"]) {
        const expected = severity === "unheard-of" ? "warning" : severity;
        expect(await routesTo(text, { environment, system, concern: "any", severity })).toEqual([
          `${system}-${expected}`,
        ]);
      }
      expect(await routesTo(text, { system })).toEqual([`${system}-warning`]);
    });
  }

  test("P8-06 an alert of nobody's system reaches somebody", async () => {
    expect(await routesTo(text, { severity: "page" })).toEqual([`${systems[0]?.system}-warning`]);
  });
});
