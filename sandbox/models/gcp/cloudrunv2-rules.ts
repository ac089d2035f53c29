import type { ReportFailure } from "../model.ts";
import { isObject, type Properties, type Step, UNKNOWN, valueAt } from "../values.ts";

const GIBIBYTE = 2 ** 30;
const units: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: GIBIBYTE,
};

/** Bytes of a Kubernetes quantity such as `512Mi`; undefined when it is none. */
export function memoryBytes(quantity: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?$/.exec(quantity);
  return match === null ? undefined : Number(match[1]) * (units[match[2] ?? ""] ?? 1);
}

/** CPUs of a Kubernetes quantity such as `1` or `500m`; undefined when it is none. */
export function cpuCount(quantity: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity);
  return match === null ? undefined : Number(match[1]) / (match[2] === "m" ? 1000 : 1);
}

/**
 * Most and least memory for so many CPUs, in GiB.
 * Source: https://cloud.google.com/run/docs/configuring/services/cpu and …/memory-limits, read in 2026-11.
 */
function memoryBounds(cpu: number): { readonly least: number; readonly most: number } {
  if (cpu < 0.5) return { least: 0.125, most: 0.5 };
  if (cpu < 1) return { least: 0.125, most: 1 };
  const most = { 1: 4, 2: 8, 4: 16, 6: 24, 8: 32 }[cpu] ?? 32;
  return { least: cpu < 4 ? 0.125 : cpu === 4 ? 2 : 4, most };
}

/** CPU that is sold, memory that goes with it, and what a fraction of a CPU demands. */
export function checkResources(template: Properties, report: ReportFailure): void {
  for (const [index, container] of listAt(template, "containers").entries()) {
    const at = (...steps: Step[]): Step[] => ["template", "containers", index, "resources", ...steps];
    const cpuText = valueAt(container, "resources", "limits", "cpu");
    const memoryText = valueAt(container, "resources", "limits", "memory");
    const cpu = typeof cpuText === "string" ? cpuCount(cpuText) : undefined;
    const memory = typeof memoryText === "string" ? memoryBytes(memoryText) : undefined;
    if (typeof cpuText === "string" && (cpu === undefined || !isSold(cpu))) {
      report("must be a CPU that Cloud Run sells: 0.08 to 1, 2, 4, 6 or 8", {
        got: cpuText,
        at: at("limits", "cpu"),
      });
      continue;
    }
    if (typeof memoryText === "string" && memory === undefined)
      report("must be an amount of memory such as `512Mi` or `2Gi`", {
        got: memoryText,
        at: at("limits", "memory"),
      });
    checkMemory(cpu ?? 1, memory, template, (reason) =>
      report(reason, { got: memoryText, at: at("limits", "memory") }),
    );
    if (cpu !== undefined && cpu < 1) checkFraction(template, container, index, report);
  }
}

function isSold(cpu: number): boolean {
  return (cpu >= 0.08 && cpu <= 1) || [2, 4, 6, 8].includes(cpu);
}

function checkMemory(
  cpu: number,
  memory: number | undefined,
  template: Properties,
  report: (reason: string) => void,
): void {
  if (memory === undefined) return;
  const { least, most } = memoryBounds(cpu);
  if (memory < least * GIBIBYTE || memory > most * GIBIBYTE)
    report(
      `must be ${least < 1 ? `${least * 1024}Mi` : `${least}Gi`} to ${most < 1 ? `${most * 1024}Mi` : `${most}Gi`} with ${cpu} CPU`,
    );
  else if (template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN2" && memory < GIBIBYTE / 2)
    report("must be at least 512Mi in the second generation execution environment");
}

function checkFraction(template: Properties, container: unknown, index: number, report: ReportFailure): void {
  const concurrency = template.maxInstanceRequestConcurrency;
  if (typeof concurrency === "number" && concurrency > 1)
    report("must be 1 with less than 1 CPU", {
      got: concurrency,
      at: ["template", "maxInstanceRequestConcurrency"],
    });
  if (template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN2")
    report("must be EXECUTION_ENVIRONMENT_GEN1 with less than 1 CPU", {
      at: ["template", "executionEnvironment"],
    });
  if (valueAt(container, "resources", "cpuIdle") === false)
    report("must be true with less than 1 CPU", {
      got: false,
      at: ["template", "containers", index, "resources", "cpuIdle"],
    });
}

/**
 * The probes' limits. Source: Cloud Run v2 discovery document, 2026-10: a startup probe has 240 s for delay, for period and for
 * `failureThreshold × periodSeconds`; liveness and readiness periods go to 3600 s; a time-out is at most the period.
 */
export function checkProbes(template: Properties, report: ReportFailure): void {
  for (const [index, container] of listAt(template, "containers").entries()) {
    for (const kind of ["startupProbe", "livenessProbe", "readinessProbe"] as const) {
      const probe = isObject(container) ? container[kind] : undefined;
      if (!isObject(probe)) continue;
      const at = (field?: string): Step[] => [
        "template",
        "containers",
        index,
        kind,
        ...(field === undefined ? [] : [field]),
      ];
      const number = (field: string, fallback: number): number | undefined => {
        if (probe[field] === UNKNOWN) return undefined;
        return typeof probe[field] === "number" ? probe[field] : fallback;
      };
      const period = number("periodSeconds", 10);
      const timeout = number("timeoutSeconds", 1);
      const failures = number("failureThreshold", 3);
      const longest = kind === "startupProbe" ? 240 : 3600;
      if (period !== undefined && period > longest)
        report(`must be at most ${longest} s in a ${kind}`, { got: period, at: at("periodSeconds") });
      if (period !== undefined && timeout !== undefined && timeout > period)
        report(`must be at most the period of ${period} s`, { got: timeout, at: at("timeoutSeconds") });
      const delay = number("initialDelaySeconds", 0);
      if (delay !== undefined && delay > longest)
        report(`must be at most ${longest} s in a ${kind}`, { got: delay, at: at("initialDelaySeconds") });
      if (
        kind === "startupProbe" &&
        period !== undefined &&
        failures !== undefined &&
        period <= 240 &&
        period * failures > 240
      )
        report(
          `periodSeconds × failureThreshold must be at most 240 s, the time that Cloud Run gives a container to start`,
          {
            got: period * failures,
            at: at("failureThreshold"),
          },
        );
      const handlers = ["httpGet", "tcpSocket", "grpc"].filter((handler) => probe[handler] !== undefined);
      if (handlers.length !== 1)
        report(
          `needs exactly one of httpGet, tcpSocket and grpc, and has ${handlers.join(" and ") || "none"}`,
          { at: at() },
        );
    }
  }
}

/** Shares sum to 100, targets and tags make sense. */
export function checkTraffic(inputs: Properties, report: ReportFailure): void {
  const traffics = listAt(inputs, "traffics").filter(isObject);
  const tags = new Set<unknown>();
  for (const [index, target] of traffics.entries()) {
    const isLatest = target.type === "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
    if (isLatest && target.revision !== undefined)
      report("must not name a revision when the type is TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", {
        got: target.revision,
        at: ["traffics", index, "revision"],
      });
    if (target.type === "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" && !target.revision)
      report("is required when the type is TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", {
        at: ["traffics", index, "revision"],
      });
    if (typeof target.tag === "string" && target.tag !== UNKNOWN) {
      if (tags.has(target.tag))
        report("must be different from the other tags", {
          got: target.tag,
          at: ["traffics", index, "tag"],
        });
      tags.add(target.tag);
    }
  }
  const percents = traffics.map((target) => target.percent ?? 0);
  if (traffics.length === 0 || percents.includes(UNKNOWN)) return;
  const sum = percents.reduce<number>((total, percent) => total + Number(percent), 0);
  if (sum !== 100) report("percents must sum to 100", { got: sum, at: ["traffics"] });
}

/** What containers mount is declared, volumes have one source, a port belongs to one container, revisions carry the service's name. */
export function checkTemplate(inputs: Properties, template: Properties, report: ReportFailure): void {
  const containers = listAt(template, "containers").filter(isObject);
  const volumes = listAt(template, "volumes").filter(isObject);
  const names = new Set(volumes.map((volume) => volume.name));
  const atTemplate = (...steps: Step[]): Step[] => ["template", ...steps];
  for (const [index, container] of containers.entries()) {
    for (const [mountIndex, mount] of listAt(container, "volumeMounts").entries()) {
      const name = valueAt(mount, "name");
      if (name !== undefined && !names.has(name) && !names.has(UNKNOWN))
        report(`must name a volume of the template (${[...names].join(", ") || "it has none"})`, {
          got: name,
          at: atTemplate("containers", index, "volumeMounts", mountIndex, "name"),
        });
    }
    const seen = new Set<unknown>();
    for (const [envIndex, env] of listAt(container, "envs").entries()) {
      const name = valueAt(env, "name");
      if (name !== undefined && seen.has(name))
        report("is set twice", { got: name, at: atTemplate("containers", index, "envs", envIndex, "name") });
      seen.add(name);
      if (isObject(env) && env.value !== undefined && env.valueSource !== undefined)
        report("must have a value or a valueSource, not both", {
          at: atTemplate("containers", index, "envs", envIndex),
        });
    }
  }
  for (const [index, volume] of volumes.entries()) {
    const sources = ["secret", "cloudSqlInstance", "emptyDir", "gcs", "nfs"].filter(
      (source) => volume[source] !== undefined,
    );
    if (sources.length !== 1)
      report(`needs exactly one source, and has ${sources.join(" and ") || "none"}`, {
        at: atTemplate("volumes", index),
      });
  }
  const exposed = containers.filter((container) => container.ports !== undefined);
  if (exposed.length > 1) report("only one container may expose a port", { at: atTemplate("containers") });
  if (template.containers !== UNKNOWN && containers.length === 0)
    report("needs at least one container", { at: atTemplate("containers") });
  const revision = template.revision;
  const service = inputs.name;
  if (
    typeof revision === "string" &&
    typeof service === "string" &&
    revision !== UNKNOWN &&
    service !== UNKNOWN &&
    !revision.startsWith(`${service}-`)
  )
    report(`must begin with the service's name and a \`-\` (\`${service}-\`)`, {
      got: revision,
      at: atTemplate("revision"),
    });
}

/** Least is not more than most, on the service and on the revision. */
export function checkScaling(inputs: Properties, template: Properties, report: ReportFailure): void {
  for (const [scaling, path] of [
    [template.scaling, ["template", "scaling"]],
    [inputs.scaling, ["scaling"]],
  ] as const) {
    const least = valueAt(scaling, "minInstanceCount");
    const most = valueAt(scaling, "maxInstanceCount");
    if (typeof least === "number" && typeof most === "number" && most > 0 && least > most)
      report(`must be at most maxInstanceCount, which is ${most}`, {
        got: least,
        at: [...path, "minInstanceCount"],
      });
  }
  if (
    valueAt(inputs, "scaling", "scalingMode") === "MANUAL" &&
    valueAt(inputs, "scaling", "manualInstanceCount") === undefined
  )
    report("is required when scalingMode is MANUAL", { at: ["scaling", "manualInstanceCount"] });
}

function listAt(value: unknown, ...steps: readonly Step[]): readonly unknown[] {
  const list = valueAt(value, ...steps);
  return Array.isArray(list) ? list : [];
}
