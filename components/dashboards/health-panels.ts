import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { MeasuredService } from "../objectives/measured-service.ts";
import { perSecond } from "./measured.ts";
import { COLOUR, lines, RANGE, UNIT } from "./panels.ts";

/** What the service answers to its probes. */
export function healthPanels(service: MeasuredService): Panel[] {
  const { health } = service.metrics;
  const checks = `sum by (endpoint) (${perSecond(service, health)})`;
  const failed = `sum by (endpoint) (${perSecond(service, health, { status: { not: "success" } })})`;
  return [
    lines({
      title: "Health checks that failed",
      description: `Percent of the answers to each probe over the last ${RANGE} that said the service is not well. Good: 0. Bad: readiness above 10 % (instances leave the rotation), liveness above 0 (instances are restarted).`,
      unit: UNIT.percent,
      width: 12,
      min: 0,
      queries: [[`100 * (${failed} or 0 * ${checks}) / (${checks} > 0)`, "{{endpoint}}"]],
      limits: [
        [null, COLOUR.good],
        [10, COLOUR.bad],
      ],
    }),
    lines({
      title: "Health checks",
      description:
        "Answers to each probe per second. It follows the number of instances. Bad: it falls to 0, and nobody knows whether the service is well.",
      unit: UNIT.perSecond,
      width: 12,
      min: 0,
      queries: [[checks, "{{endpoint}}"]],
    }),
  ];
}
