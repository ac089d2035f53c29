import { disruptionProblem } from "../kubernetes/disruption-budget.ts";
import { labelProblem } from "../kubernetes/names.ts";
import type { NormalizedService } from "./normalize.ts";
import { at, within } from "./problems.ts";
import { cpuProblem, memoryProblem } from "./sizes.ts";
import type { ServiceSpec } from "./spec.ts";

type Facts = Pick<ServiceSpec, "runtime" | "scaling" | "candidate" | "drain" | "labels" | "traffic">;

const MEBIBYTE = 2 ** 20;

/** Labels of Google Cloud: lower case, and nothing but letters, digits, "-" and "_" (the documentation's page "Labels"). */
function googleLabelProblem(value: string): string | undefined {
  return /^[a-z0-9_-]{0,63}$/.test(value)
    ? undefined
    : `"${value}" is no label's value in Google Cloud: at most 63 lower-case letters, digits, "-" or "_"`;
}

function labelProblems(labels: Readonly<Record<string, string>>, problem: typeof labelProblem): string[] {
  return Object.entries(labels).flatMap(([name, value]) => [
    ...(/^[a-z]([-a-z0-9_]{0,61}[a-z0-9])?$/.test(name)
      ? []
      : [`labels: "${name}" is no label's name: use lower-case letters, digits, "-" or "_"`]),
    ...at(`labels["${name}"]`, problem(value)),
  ]);
}

/** What only Kubernetes takes, said of a service on Cloud Run. */
function kubernetesOnly({ scaling, candidate, drain }: Facts): string[] {
  const stated = {
    "scaling.memoryPercent": scaling.memoryPercent,
    "scaling.signals": scaling.signals,
    "scaling.minAvailable": scaling.minAvailable,
    candidate,
    drain,
  };
  const instead: Partial<Record<string, string>> = {
    candidate: "name its revision in `traffic`",
    "scaling.signals": "state `scaling.workDuration`, which becomes its concurrency",
    drain: "leave it out; Cloud Run gives every instance 10 s",
  };
  return Object.entries(stated)
    .filter(([, value]) => value !== undefined)
    .map(
      ([path]) =>
        `${path}: Cloud Run knows no such thing; ${instead[path] ?? "leave it out"}, or set \`runtime: "kubernetes"\``,
    );
}

function cloudRunProblems(spec: Facts, normalized: NormalizedService): string[] {
  return [
    ...at("resources.cpu", cpuProblem(normalized.cpu)),
    ...at("resources.memory", memoryProblem(normalized.cpu, normalized.memoryBytes)),
    ...within("concurrency", normalized.concurrency, 1, normalized.cpu < 1 ? 1 : 1000),
    ...(normalized.cpu < 1 && normalized.billing === "instance"
      ? [
          `billing: "instance": Cloud Run gives ${normalized.cpu} CPU during requests only; use 1 CPU or more, or leave it out`,
        ]
      : []),
    ...kubernetesOnly(spec),
    ...labelProblems(spec.labels ?? {}, googleLabelProblem),
  ];
}

function kubernetesProblems(spec: Facts, normalized: NormalizedService): string[] {
  const { scaling, candidate } = spec;
  const { cpu, memoryBytes, min } = normalized;
  return [
    ...(cpu > 0 && cpu <= 96 && Number.isInteger(Math.round(cpu * 1e6) / 1e3)
      ? []
      : [`resources.cpu: ${cpu} CPU must be above 0, at most 96, and whole thousandths`]),
    ...(memoryBytes >= 16 * MEBIBYTE
      ? []
      : [`resources.memory: ${memoryBytes / MEBIBYTE} MiB is too little for a process: use 16 MiB or more`]),
    ...(min >= 1
      ? []
      : [`scaling.min: ${min}: Kubernetes' autoscaler keeps at least 1; only Cloud Run goes down to none`]),
    ...(scaling.memoryPercent === undefined
      ? []
      : within("scaling.memoryPercent", scaling.memoryPercent, 10, 95)),
    ...(scaling.signals ?? []).flatMap(({ metric, average }) => [
      ...(average > 0 ? [] : [`scaling.signals["${metric}"].average: ${average} must be above 0`]),
      ...(/^[a-zA-Z_:][a-zA-Z0-9_:|./-]*$/.test(metric)
        ? []
        : [`scaling.signals: "${metric}" is no metric's name`]),
    ]),
    ...(scaling.minAvailable === undefined
      ? []
      : [disruptionProblem(min, scaling.minAvailable)].flatMap((problem) => at("scaling", problem))),
    ...(candidate === undefined ? [] : within("candidate.percent", candidate.percent, 0, 100)),
    ...(spec.traffic === undefined
      ? []
      : ["traffic: it names revisions, which Kubernetes has none of; declare a `candidate` instead"]),
    ...labelProblems(spec.labels ?? {}, labelProblem),
  ];
}

/** Problems that a spec has on the runtime that it names, and would not have on the other. */
export function runtimeProblems(spec: Facts, normalized: NormalizedService): string[] {
  return spec.runtime === "kubernetes"
    ? kubernetesProblems(spec, normalized)
    : cloudRunProblems(spec, normalized);
}
