import { each, parts, violation } from "../../core/finding.ts";
import type { Finding, Policy, Subject } from "../../core/policy.ts";
import { type Property, quoted } from "../../core/property.ts";
import { CLOUD_RUN_SERVICE } from "../../types.ts";
import { askedBy, PROBED, probedContainers, timing } from "../probes.ts";

const EXAMPLE = {
  yaml: `apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: api
          livenessProbe:
            httpGet: { path: /healthz, port: 8080 }
            periodSeconds: 10
            failureThreshold: 3
          readinessProbe:
            httpGet: { path: /readyz, port: 8080 }
            periodSeconds: 5
            failureThreshold: 2`,
} as const;

function checkOrder(container: Property): Finding | undefined {
  const [liveness, readiness] = [container.at("livenessProbe"), container.at("readinessProbe")];
  if (!liveness.present || !readiness.present) return undefined;
  const [restarted, takenOut] = [timing(liveness).actsAfter, timing(readiness).actsAfter];
  if (restarted > takenOut) return undefined;
  const asked = askedBy(liveness);
  if (asked !== undefined && asked === askedBy(readiness)) {
    return violation(
      liveness,
      `asks what readinessProbe asks, and restarts after ${restarted} s what that takes out of rotation after ${takenOut} s`,
    );
  }
  const found = violation(
    liveness,
    `restarts after ${restarted} s, and readinessProbe takes out of rotation only after ${takenOut} s`,
  );
  return restarted < takenOut ? found : { ...found, level: "advisory" };
}

export const livenessActsLast: Policy = {
  id: "liveness-acts-last",
  title: "An instance must be taken out of rotation before it is restarted.",
  severity: "medium",
  level: "mandatory",
  why: "A liveness probe as quick as the readiness probe restarts what is only busy, loses the requests that it has, and puts them on the others, until those are restarted too.",
  fix: "Let periodSeconds × failureThreshold of the liveness probe be more than that of the readiness probe, and ask something cheaper.",
  example: EXAMPLE,
  requirements: ["EA-02", "OS-02"],
  types: PROBED,
  check: (resource) => each(probedContainers(resource), checkOrder),
};

/** What a service's readiness depends on, stated beside it. */
const READINESS_CHECKS = "slipway.dev/readiness-checks";

/** Where a container reaches itself (a probe's `host` is another policy's affair); a variable, or what a command prints, is read as that too. */
const OWN = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1|\[::1\]|[$"'`{(].*)$/i;

/** Hosts that a command names: in an address, or after an option that clients have for it. */
function hostsIn(command: string): string[] {
  const addresses = /\b[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"']*@)?(\[[^\]]*\]|[^\s/:"']+)/gi;
  const options =
    /\b(?:redis-cli|valkey-cli|psql|pg_isready|mysql|mysqladmin|mariadb-admin|mongo|mongosh)\b[^;&|]*?\s(?:-h|--host)[=\s]+["']?([^\s"']+)/g;
  const connects = /(?:^|[\s;&|/])(?:nc|ncat|netcat)\s+(?:-\w+\s+(?:\d+\s+)?)*([^\s-]\S*)\s+\d+/g;
  return [addresses, options, connects].flatMap((form) =>
    [...command.matchAll(form)].map(([, host = ""]) => host),
  );
}

function checkOwn(resource: Subject, container: Property): Finding[] {
  const liveness = container.at("livenessProbe");
  if (!liveness.present) return [];
  return parts(
    () => {
      const command = liveness.at("exec", "command");
      const text = command
        .items()
        .map((part) => part.text())
        .join(" ");
      return hostsIn(text).some((host) => !OWN.test(host))
        ? violation(command, "asks another host: that one's failure restarts this container")
        : undefined;
    },
    () => {
      const onCloudRun = resource.type === CLOUD_RUN_SERVICE;
      const annotations = onCloudRun
        ? resource.props.at("annotations")
        : resource.props.at("metadata", "annotations");
      const checks = annotations.at(READINESS_CHECKS).text() ?? "";
      const asked = askedBy(liveness);
      return checks !== "" && asked !== undefined && asked === askedBy(container.at("readinessProbe"))
        ? violation(liveness, `asks what readinessProbe asks, which checks ${quoted(checks)}`)
        : undefined;
    },
  );
}

export const livenessOfItsOwn: Policy = {
  id: "liveness-of-its-own",
  title: "A liveness probe must ask the container alone, and nothing that it depends on.",
  severity: "high",
  level: "mandatory",
  why: "Where it asks a database too, the database's failure restarts every instance at once, and they come back to a database that now has to serve all of their starts.",
  fix: "Let the liveness probe ask whether the process itself still answers; leave dependencies to the readiness probe.",
  example: EXAMPLE,
  requirements: ["EA-02", "OS-02"],
  types: PROBED,
  check: (resource) => each(probedContainers(resource), (container) => checkOwn(resource, container)),
};
