import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { at, within } from "../service/problems.ts";
import { bytes, type Memory, quantity } from "../units.ts";
import { restrictedContainer, restrictedPod } from "./pod-security.ts";
import { quantityOf } from "./quantity.ts";

type EnvVar = k8s.types.input.core.v1.EnvVar;
type Probe = k8s.types.input.core.v1.Probe;
type StatefulSetSpec = k8s.types.input.apps.v1.StatefulSetSpec;

const MEBIBYTE = 2 ** 20;

/** What a store of data gets in a cluster. */
export interface StoreSize {
  /** Memory of its one pod: requested, and at most used. */
  readonly memory: Memory;
  /** CPUs that it requests; it may use twice as many, and one in any case. */
  readonly cpu: number;
  /** Persistent volume. */
  readonly storage: Memory;
  /** Class of that volume; the cluster's default where none is said. */
  readonly storageClass?: string | undefined;
}

/** What makes one store different from another. */
export interface StoreFacts {
  readonly image: pulumi.Input<string>;
  /** User and group that the image is made for. */
  readonly user: number;
  readonly port: number;
  readonly command: readonly string[];
  readonly environment: readonly EnvVar[];
  /** Configuration and scripts, by their names in `folders.config`. No secret is among them. */
  readonly files: Readonly<Record<string, string>>;
  readonly folders: { readonly config: string; readonly data: string; readonly scratch: string };
  /** The folder that may be written to and is lost with the pod. */
  readonly scratch: k8s.types.input.core.v1.EmptyDirVolumeSource;
  readonly probes: { readonly startup: Probe; readonly liveness: Probe; readonly readiness: Probe };
  /** From being told to stop to being killed. */
  readonly graceSeconds: number;
}

/** Other resources' outputs, and the workload's own facts. */
export interface StoreWiring {
  readonly service: string;
  readonly selector: Record<string, string>;
  readonly labels: Record<string, string>;
  readonly production: boolean;
  readonly serviceAccount: pulumi.Input<string>;
  readonly configName: pulumi.Input<string>;
  readonly priorityClass: string | undefined;
  readonly volumes: readonly k8s.types.input.core.v1.Volume[];
  readonly volumeMounts: readonly k8s.types.input.core.v1.VolumeMount[];
}

/** CPUs that a store may use at most: the child process that writes a snapshot needs one beside the server. */
export function storeCpuLimit(cpu: number): number {
  return Math.max(1, cpu * 2);
}

/** Bytes of an amount, or what is wrong with it; and whether it is enough. */
function amountProblems(path: string, amount: Memory, least: number): string[] {
  try {
    const size = bytes(amount);
    return size >= least
      ? []
      : [`${path}: "${amount}" is too little: use ${Math.ceil(least / MEBIBYTE)} MiB or more`];
  } catch (error) {
    return [`${path}: ${(error as Error).message}`];
  }
}

/**
 * What is wrong with a store's name, port and size.
 * @param leastMemory bytes that its server needs
 * @param paths names of the arguments, as the caller knows them
 */
export function storeProblems(
  service: string,
  port: number,
  { memory, cpu, storage, storageClass }: StoreSize,
  leastMemory: number,
  paths: { readonly storage: string } = { storage: "storage" },
): string[] {
  const memoryProblems = amountProblems("memory", memory, leastMemory);
  const leastStorage = memoryProblems.length === 0 ? bytes(memory) : 0;
  const storageProblems = amountProblems(paths.storage, storage, leastStorage);
  return [
    ...at("service", storeNameProblem(service)),
    ...within("port", port, 1, 65_535),
    ...(cpu > 0 && cpu <= 96 ? [] : [`cpu: ${cpu} CPU must be above 0 and at most 96`]),
    ...memoryProblems,
    ...storageProblems.map((problem) =>
      problem.includes("too little") ? `${problem}, what its memory holds has to fit` : problem,
    ),
    ...(storageClass === undefined || /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(storageClass)
      ? []
      : [`storageClass: "${storageClass}" is no storage class's name; list them: kubectl get storageclass`]),
  ];
}

/** Its service account in Google Cloud is called `svc-NAME`, and has 6 to 30 characters. */
function storeNameProblem(service: string): string | undefined {
  return /^[a-z][-a-z0-9]{0,24}[a-z0-9]$/.test(service)
    ? undefined
    : `"${service}" must be 2 to 26 lower-case letters, digits or "-", begin with a letter and not end with "-"`;
}

/**
 * A store of one pod and one volume. The volume outlives the pod; in production it outlives the StatefulSet, too. There
 * is one pod: two of them on one volume would be two servers on the same files.
 */
export function planStatefulSet(size: StoreSize, facts: StoreFacts, wiring: StoreWiring): StatefulSetSpec {
  const { service, selector, labels, production } = wiring;
  return {
    serviceName: service,
    replicas: 1,
    // In order, a pod that never gets ready blocks the very update that would mend it (the documentation's page
    // "StatefulSets", "Forced rollback").
    podManagementPolicy: "Parallel",
    updateStrategy: { type: "RollingUpdate" },
    revisionHistoryLimit: 5,
    persistentVolumeClaimRetentionPolicy: {
      whenDeleted: production ? "Retain" : "Delete",
      whenScaled: "Retain",
    },
    selector: { matchLabels: selector },
    template: { metadata: { labels }, spec: planStorePod(size, facts, wiring) },
    volumeClaimTemplates: [
      {
        metadata: { name: "data", labels: selector },
        spec: {
          accessModes: ["ReadWriteOnce"],
          ...(size.storageClass === undefined ? {} : { storageClassName: size.storageClass }),
          resources: { requests: { storage: quantity(size.storage) } },
        },
      },
    ],
  };
}

function planStorePod(
  size: StoreSize,
  facts: StoreFacts,
  wiring: StoreWiring,
): k8s.types.input.core.v1.PodSpec {
  const { folders, port, probes } = facts;
  const memory = quantity(size.memory);
  return {
    ...restrictedPod(facts.user),
    serviceAccountName: wiring.serviceAccount,
    enableServiceLinks: false,
    ...(wiring.priorityClass === undefined ? {} : { priorityClassName: wiring.priorityClass }),
    terminationGracePeriodSeconds: facts.graceSeconds,
    containers: [
      {
        name: "store",
        image: facts.image,
        command: [...facts.command],
        ...(facts.environment.length === 0 ? {} : { env: [...facts.environment] }),
        ports: [{ name: "store", containerPort: port, protocol: "TCP" }],
        resources: {
          requests: { cpu: quantityOf(size.cpu), memory },
          limits: { cpu: quantityOf(storeCpuLimit(size.cpu)), memory },
        },
        startupProbe: probes.startup,
        livenessProbe: probes.liveness,
        readinessProbe: probes.readiness,
        ...restrictedContainer(),
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [
          { name: "data", mountPath: folders.data },
          { name: "config", mountPath: folders.config, readOnly: true },
          { name: "scratch", mountPath: folders.scratch },
          ...wiring.volumeMounts,
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name: wiring.configName, defaultMode: 0o444 } },
      { name: "scratch", emptyDir: facts.scratch },
      ...wiring.volumes,
    ],
  };
}
