import type { MeasuredService } from "../../objectives/measured-service.ts";
import type { ReleasePlan } from "../plan.ts";
import { type Check, lengthText, planChecks, stepTimes } from "./checks.ts";

/** What Prometheus is asked with: its own tool, in its own image, which has a shell. */
const IMAGE = "docker.io/prom/prometheus:v3.5.0";

/** Stands in a query for the revision, which only the job knows. */
const REVISION = "@REVISION@";

/**
 * Looks until the hold is over, and ends with 1 as soon as a figure is bad; at the end every figure has to be good, and one that
 * isn't there is none. Where Prometheus gives no answer it goes on, but not at the end.
 */
const SCRIPT = `set -u
revision="\${CLOUD_RUN_REVISION:-\${CLOUD_DEPLOY_RELEASE:-}}"
if [ -z "$revision" ]; then echo "nobody says which revision this is"; exit 1; fi
ask() { promtool query instant "$PROMETHEUS" "$(printf '%s' "$1" | sed "s/${REVISION}/$revision/g")"; }
end=$(($(date +%s) + HOLD))
while [ "$(date +%s)" -lt "$end" ]; do
  sleep "$EVERY"
  for gate in $GATES; do
    eval "bad=\\$BAD_$gate title=\\$TITLE_$gate"
    if found="$(ask "$bad")" && [ -n "$found" ]; then echo "not so: $title: $found"; exit 1; fi
  done
done
for gate in $GATES; do
  eval "good=\\$GOOD_$gate title=\\$TITLE_$gate"
  if found="$(ask "$good")" && [ -n "$found" ]; then echo "so: $title: $found"
  else echo "no evidence: $title"; exit 1; fi
done`;

function questions({ query, limit, badWhen, title }: Check, index: number, hold: number) {
  const figure = query(lengthText(hold), String(hold), REVISION);
  const [bad, good] = badWhen === "above" ? [">", "<="] : ["<", ">="];
  return {
    [`TITLE_${index}`]: title,
    [`BAD_${index}`]: `(${figure}) ${bad} ${limit}`,
    [`GOOD_${index}`]: `(${figure}) ${good} ${limit}`,
  };
}

/** The container that looks at a step's gates for as long as the step is held. */
export function verifyTask(service: MeasuredService, plan: ReleasePlan, step: number, prometheus: string) {
  const { hold, every } = stepTimes(plan, step);
  const checks = planChecks(service, plan);
  return {
    image: IMAGE,
    commands: ["/bin/sh", "-c"],
    args: [SCRIPT],
    env: Object.assign(
      {
        PROMETHEUS: prometheus,
        HOLD: String(hold),
        EVERY: String(every),
        GATES: checks.map((_check, index) => index).join(" "),
      },
      ...checks.map((check, index) => questions(check, index, hold)),
    ) as Record<string, string>,
  };
}
