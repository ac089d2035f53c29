import type { ServiceElsewhere } from "../../components/alerting/spec.ts";

const OWNER = "wcag-platform";

/** What the platform's API and its workers promise (WC-11: 99.9 %; WC-01: a queue that is worked off). */
export const WCAG_SERVICES: readonly ServiceElsewhere[] = [
  {
    service: "api",
    objectives: [{ name: "availability", indicator: { kind: "availability" }, target: 99.9, owner: OWNER }],
  },
  {
    service: "worker",
    objectives: [
      {
        name: "queue",
        indicator: { kind: "saturation", used: "queue_depth", capacity: 100, limit: 100 },
        target: 99,
        owner: OWNER,
      },
    ],
  },
];
