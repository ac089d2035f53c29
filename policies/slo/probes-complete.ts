import { servingContainer } from "../cloud-run.ts";
import { each, parts, violation } from "../core/finding.ts";
import type { Finding, Policy } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { CLOUD_RUN_SERVICE } from "../types.ts";

/** Cloud Run stops a container that has not started after four minutes. */
const LONGEST_START_SECONDS = 240;

/** What Cloud Run takes where a probe leaves it out (run v2 discovery document, 2026-10). */
const DEFAULT_PERIOD_SECONDS = 10;
const DEFAULT_FAILURES = 3;

const PROBES = ["startupProbe", "livenessProbe", "readinessProbe"] as const;

function asksTheApplication(probe: Property): Finding | undefined {
  if (!probe.present) return violation(probe, "is missing");
  return probe.at("httpGet").present || probe.at("grpc").present
    ? undefined
    : violation(probe, "asks neither by HTTP nor by gRPC, so it does not ask the application");
}

function startsInTime(probe: Property): Finding | undefined {
  const delay = probe.at("initialDelaySeconds").number() ?? 0;
  const period = probe.at("periodSeconds").number() ?? DEFAULT_PERIOD_SECONDS;
  const failures = probe.at("failureThreshold").number() ?? DEFAULT_FAILURES;
  const budget = delay + period * failures;
  return budget <= LONGEST_START_SECONDS
    ? undefined
    : violation(
        probe,
        `allows ${budget} s (${delay} s + ${period} s × ${failures}), and Cloud Run allows ${LONGEST_START_SECONDS} s`,
      );
}

export const probesComplete: Policy = {
  id: "probes-complete",
  title: "A service must have a startup, a liveness and a readiness probe that ask the application itself.",
  severity: "high",
  level: "mandatory",
  why: "Without them traffic goes to instances that have not started or no longer work, and a hung one is never restarted.",
  fix: "Give the container that takes requests all three, with httpGet or grpc; let startup take 240 s at most.",
  requirements: ["EA-02"],
  types: [CLOUD_RUN_SERVICE],
  check: (service) => {
    const container = servingContainer(service);
    if (container === undefined)
      return [violation(service.props.at("template", "containers"), "has none that takes requests")];
    return parts(
      () => each(PROBES, (name) => asksTheApplication(container.at(name))),
      () => startsInTime(container.at("startupProbe")),
    );
  },
};
