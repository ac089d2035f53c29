import { fewestInstances } from "../cloud-run.ts";
import { isProduction } from "../core/environment.ts";
import { violation } from "../core/finding.ts";
import type { Policy } from "../core/policy.ts";
import { CLOUD_RUN_SERVICE } from "../types.ts";

const LEAST = 2;

export const twoInstancesInProduction: Policy = {
  id: "two-instances-in-production",
  title: "In production at least two instances of a service must always run.",
  severity: "high",
  level: "mandatory",
  why: "With one, every restart is an outage; with none, the first request waits for a cold start.",
  fix: "Set template.scaling.minInstanceCount to 2 or more.",
  requirements: ["EA-01"],
  types: [CLOUD_RUN_SERVICE],
  check: (service) => {
    if (!isProduction(service)) return [];
    const fewest = fewestInstances(service);
    return fewest >= LEAST
      ? []
      : [
          violation(
            service.props.at("template", "scaling", "minInstanceCount"),
            `is ${fewest}; production needs ${LEAST} or more`,
          ),
        ];
  },
};
