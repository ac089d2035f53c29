import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { isFree, takePort } from "../cloud/ports.ts";
import { run } from "../engine/run.ts";
import type { Report } from "../progress.ts";
import { ClusterError } from "./errors.ts";
import { type ClusterFiles, clusterFiles } from "./files.ts";
import {
  apiserverFlags,
  type ClusterPorts,
  controllerManagerFlags,
  etcdFlags,
  identityFile,
  schedulerFlags,
} from "./flags.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { ClusterProcesses } from "./processes.ts";

/** Seconds that the API server may take until it is ready; it takes three to four on two cores. */
const READY_SECONDS = 120;

export interface ControlPlaneOptions {
  /** Where the cluster keeps everything. Objects and certificates of an earlier start are used again. */
  readonly folder: string;
  /** Absolute path of kubebox. */
  readonly binary: string;
  /** The address that the API server listens on. Default: 127.0.0.1. Nodes on other addresses need one that they reach. */
  readonly host?: string;
  /** Nodes with a kubelet: each gets a certificate, and a kubeconfig at `identityFile(files, "node-NAME")`. */
  readonly nodes?: readonly string[];
  /** Added to the API server's flags. */
  readonly apiserverFlags?: readonly string[];
  /** Added to the controller manager's flags. */
  readonly controllerManagerFlags?: readonly string[];
  readonly report?: Report;
}

/** A control plane whose API server is ready. */
export interface ControlPlane {
  readonly files: ClusterFiles;
  /** Address of the API server: `https://127.0.0.1:20123`. */
  readonly server: string;
  readonly ports: ClusterPorts;
  readonly binary: string;
  readonly host: string;
  /** Everything that the cluster runs; start more of it with `processes.start(name, …)`. */
  readonly processes: ClusterProcesses;
  /** Starts another component of kubebox as a process of the cluster. */
  readonly startComponent: (name: string, flags: readonly string[]) => void;
}

/**
 * Starts etcd, the API server, the controller manager and the scheduler; resolves when the API server is ready. The
 * processes outlive the caller; `ClusterProcesses.kill` ends them. What an earlier start left running must be ended.
 *
 * @throws ClusterError that names the component that failed, with the last lines of its log
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder, binary, host = "127.0.0.1", report = () => {} } = options;
  const files = clusterFiles(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ports = await choosePorts(files.endpoint, host);
  const server = `https://${host}:${ports.api}`;
  await preparePki(binary, files, host, options.nodes ?? []);
  writeKubeconfig(files.kubeconfig, server, files.pki, "admin");
  const nodes = (options.nodes ?? []).map((node) => `node-${node}`);
  for (const name of ["controller-manager", "scheduler", "proxy", ...nodes]) {
    writeKubeconfig(identityFile(files, name), server, files.pki, name);
  }

  const processes = new ClusterProcesses(folder);
  const startComponent = (name: string, flags: readonly string[]) =>
    processes.start(name, { command: binary, args: [name, ...flags] });
  const inputs = { files, ports, host };
  report("starting etcd and the Kubernetes API server");
  startComponent("etcd", etcdFlags(inputs));
  startComponent("kube-apiserver", [...apiserverFlags(inputs), ...(options.apiserverFlags ?? [])]);
  await whileRunning(
    processes,
    `the API server at ${server}`,
    () => isReady(server, files.pki),
    READY_SECONDS,
  );
  // Both end at once where there is no API server yet.
  startComponent("kube-controller-manager", [
    ...controllerManagerFlags(inputs),
    ...(options.controllerManagerFlags ?? []),
  ]);
  startComponent("kube-scheduler", schedulerFlags(inputs));
  return { files, server, ports, binary, host, processes, startComponent };
}

/**
 * Waits until `check` holds, as long as every process of the cluster runs.
 *
 * @param what what is waited for, for the error: "three nodes"
 * @throws ClusterError when a process ends, or after `seconds`
 */
export async function whileRunning(
  processes: ClusterProcesses,
  what: string,
  check: () => Promise<boolean>,
  seconds: number,
): Promise<void> {
  const deadline = performance.now() + 1000 * seconds;
  while (!(await check())) {
    processes.check();
    if (performance.now() > deadline) {
      throw new ClusterError(
        `The cluster's ${processes.names.join(", ")} run, but ${what} did not get ready within ${seconds} s. Their logs lie beside ${processes.log("etcd")}.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether the API server at this address says that it is ready; the administrator asks. */
export function isReady(server: string, pki: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      `${server}/readyz`,
      {
        ca: readFileSync(join(pki, "ca.crt")),
        cert: readFileSync(join(pki, "admin.crt")),
        key: readFileSync(join(pki, "admin.key")),
        timeout: 5_000,
        agent: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once("error", () => resolve(false));
    request.once("timeout", () => request.destroy());
  });
}

/** The ports of the last start where they are still free, so that addresses which users wrote down stay true. */
async function choosePorts(file: string, host: string): Promise<ClusterPorts> {
  const before = readPorts(file);
  const choose = async (port: number | undefined) =>
    port !== undefined && (await isFree(port)) ? port : await takePort();
  const ports: ClusterPorts = {
    api: await choose(before?.api),
    etcd: await choose(before?.etcd),
    etcdPeer: await choose(before?.etcdPeer),
    controllerManager: await choose(before?.controllerManager),
    scheduler: await choose(before?.scheduler),
    kwok: await choose(before?.kwok),
  };
  writeFileSync(file, JSON.stringify({ host, ports }), { mode: 0o600 });
  return ports;
}

function readPorts(file: string): Partial<ClusterPorts> | undefined {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { ports: ClusterPorts }).ports;
  } catch {
    return undefined;
  }
}

/** Certificates are kept as long as they are made for the same address and nodes. */
async function preparePki(
  binary: string,
  files: ClusterFiles,
  host: string,
  nodes: readonly string[],
): Promise<void> {
  const made = join(files.pki, "made-for.json");
  const wanted = JSON.stringify({ host, nodes });
  try {
    if (readFileSync(made, "utf8") === wanted) return;
  } catch {
    // There are none yet.
  }
  rmSync(files.pki, { recursive: true, force: true });
  const flags = [`--folder=${files.pki}`, `--address=${host}`, ...nodes.map((node) => `--node=${node}`)];
  const result = await run(binary, ["pki", ...flags]);
  if (result.code !== 0) {
    throw new ClusterError(
      `The cluster's certificates could not be made: ${result.failure ?? result.stderr.trim()}`,
    );
  }
  writeFileSync(made, wanted, { mode: 0o600 });
}
