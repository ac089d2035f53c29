import { SlipwayError } from "../errors.ts";
import { METRICS } from "../objectives/measured-service.ts";
import {
  type NormalizedObjective,
  normalizeObjective,
  objectiveProblems,
  rareTrafficProblems,
} from "../objectives/objective.ts";
import { surroundingsProblems } from "../release/engines/surroundings-problems.ts";
import { releaseProblems } from "../release/problems.ts";
import { bytes, quantity, seconds } from "../units.ts";
import { type NormalizedProbe, normalizeProbe, type Probes, probeProblems } from "./probes.ts";
import { at, within } from "./problems.ts";
import { runtimeProblems } from "./runtime-problems.ts";
import { instancesProblem } from "./sizes.ts";
import type { Billing, ServiceSpec } from "./spec.ts";
import { ALL_TO_LATEST, type TrafficShare, trafficProblems } from "./traffic.ts";

/** A spec's plain facts, with defaults filled in and every unit resolved. */
export interface NormalizedService {
  port: number;
  cpu: number;
  /** As the APIs write it: `"512Mi"`. */
  memory: string;
  memoryBytes: number;
  probes: Record<keyof Probes, NormalizedProbe>;
  min: number;
  max: number;
  cpuPercent: number;
  concurrency: number;
  billing: Billing;
  timeoutSeconds: number;
  /** How long requests in flight may take to end once an instance is told to stop. */
  drainSeconds: number;
  objectives: NormalizedObjective[];
  traffic: readonly TrafficShare[];
}

type Facts = Omit<ServiceSpec, "image" | "environment" | "secrets" | "exposure">;

const DEFAULT_CONCURRENCY = 80;

/** Requests in flight on one instance when its work lasts as long as the signal allows; otherwise the default. */
function planConcurrency(spec: Facts): number {
  if (spec.concurrency !== undefined) return spec.concurrency;
  const signal = spec.scaling.workDuration;
  if (spec.resources.cpu < 1) return 1; // Cloud Run gives less than a CPU only to one request at a time.
  if (signal === undefined) return DEFAULT_CONCURRENCY;
  return Math.max(1, Math.floor(spec.capacity.perInstance * seconds(signal.above)));
}

/** Lower-case DNS label of 2 to 26 characters: its service account's id, `svc-NAME`, has 6 to 30. */
function nameProblems(name: string): string[] {
  return /^[a-z][-a-z0-9]{0,24}[a-z0-9]$/.test(name)
    ? []
    : [
        `name: "${name}" must be 2 to 26 lower-case letters, digits or "-", begin with a letter and not end with "-"`,
      ];
}

/** What is wrong with the names of variables and secrets. */
export function environmentProblems(spec: Pick<ServiceSpec, "environment" | "secrets">): string[] {
  const files = Object.keys(spec.secrets).map((name) => `${name}_FILE`);
  return [...Object.keys(spec.environment), ...Object.keys(spec.secrets)].flatMap((name) => {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
      return [`environment: "${name}" is no variable's name: use capitals, digits and "_", a letter first`];
    }
    if (files.includes(name))
      return [`environment: "${name}" is already given by the secret of that name; remove one`];
    return [];
  });
}

/**
 * Checks a spec and fills in its defaults.
 * @throws SlipwayError naming the service and every problem, before anything is registered
 */
export function normalizeService(
  name: string,
  spec: Facts & Pick<ServiceSpec, "environment" | "secrets">,
): NormalizedService {
  let normalized: NormalizedService;
  try {
    const port = spec.port ?? 8080;
    normalized = {
      port,
      cpu: spec.resources.cpu,
      memory: quantity(spec.resources.memory),
      memoryBytes: bytes(spec.resources.memory),
      probes: {
        startup: normalizeProbe(spec.probes.startup, port),
        liveness: normalizeProbe(spec.probes.liveness, port),
        readiness: normalizeProbe(spec.probes.readiness, port),
      },
      min: spec.scaling.min,
      max: spec.scaling.max,
      cpuPercent: spec.scaling.cpuPercent,
      concurrency: planConcurrency(spec),
      billing: spec.billing ?? "request",
      timeoutSeconds: seconds(spec.timeout ?? "60 s"),
      drainSeconds: seconds(spec.drain ?? spec.timeout ?? "60 s"),
      objectives: spec.objectives.map(normalizeObjective),
      traffic: spec.traffic ?? ALL_TO_LATEST,
    };
  } catch (error) {
    if (error instanceof RangeError) throw new SlipwayError(name, [error.message]);
    throw error;
  }
  const problems = [
    ...nameProblems(name),
    ...within("port", normalized.port, 1, 65_535),
    ...at("scaling", instancesProblem(normalized.min, normalized.max)),
    ...within("scaling.cpuPercent", normalized.cpuPercent, 10, 95),
    ...within("timeout", normalized.timeoutSeconds, 1, 3600),
    ...within("drain", normalized.drainSeconds, 1, 3600, false),
    ...(["startup", "liveness", "readiness"] as const).flatMap((probe) =>
      within(`probes.${probe}.port`, spec.probes[probe].port ?? 1, 1, 65_535),
    ),
    ...probeProblems(normalized.probes, spec.runtime),
    ...runtimeProblems(spec, normalized),
    ...(spec.capacity.perInstance > 0
      ? []
      : [`capacity.perInstance: ${spec.capacity.perInstance} must be more than 0 requests/s`]),
    ...(spec.capacity.peak > 0
      ? []
      : [`capacity.peak: ${spec.capacity.peak} must be more than 0 requests/s`]),
    ...objectiveProblems(spec.objectives, { ...METRICS, ...spec.metrics }),
    ...(spec.capacity.peak > 0 ? rareTrafficProblems(spec.objectives, spec.capacity.peak) : []),
    ...(spec.release === undefined
      ? []
      : releaseProblems(
          spec.release,
          spec.objectives.map((objective) => objective.name),
        )),
    ...surroundingsProblems(spec),
    ...trafficProblems(normalized.traffic),
    ...environmentProblems(spec),
  ];
  if (problems.length > 0) throw new SlipwayError(name, problems);
  return normalized;
}
