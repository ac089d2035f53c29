import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { V1Node } from "@kubernetes/client-node";
import { run } from "../../engine/run.ts";
import type { Report } from "../../progress.ts";
import { type ClusterClient, clusterClient, find } from "../client.ts";
import { type ControlPlane, whileRunning } from "../control-plane.ts";
import { ClusterError } from "../errors.ts";
import { identityFile } from "../flags.ts";
import { contextName } from "../kubeconfig.ts";
import { ClusterProcesses } from "../processes.ts";
import { createNodeGroup, endGroup, hierarchies } from "./cgroups.ts";
import { chooseNetwork, type InstanceNetwork, instanceNames, type NodeAddress } from "./instance.ts";
import {
  firstChild,
  layNetwork,
  type Namespaces,
  removeLink,
  routedRanges,
  routeServices,
  toolEnvironment,
} from "./network.ts";
import { type PodsPossible, podsPossible } from "./possible.ts";
import { CONTAINERD_SOCKET, NODE_FOLDER, nodeFiles } from "./settings.ts";

/** Seconds that one step of a node's start may take; the longest, the import of images, takes four on two cores. */
const STEP_SECONDS = 60;
/** The cache of containerd's network plugins; each node mounts its own there, so that only its emptiness is the machine's. */
const PLUGIN_CACHE = "/var/lib/cni";
/** The range that services get addresses from. */
const SERVICE_RANGE = "10.96.0.0/16";

export interface PrepareNodesOptions {
  /** The cluster's folder. */
  readonly folder: string;
  /** Default: `real-1` and `real-2`, in two zones. */
  readonly names?: readonly string[];
  /** Archives of images (OCI) that every node gets. */
  readonly archives: readonly string[];
  readonly report?: Report;
}

/** Nodes that have all but a control plane: namespaces, network, containerd, and the images that it is being given. */
export interface PreparedNodes {
  readonly network: InstanceNetwork;
  /** Resolves when every node has the images. */
  readonly images: Promise<void>;
  readonly nodes: readonly PreparedNode[];
}

interface PreparedNode extends Namespaces {
  readonly address: NodeAddress;
  readonly folder: string;
  /** File by which a process joins the node's control group. */
  readonly group: string;
}

/** Real nodes that are Ready. */
export interface RealNodes {
  readonly names: readonly string[];
  /** Whether this machine reaches services by their cluster address; pods always do. */
  readonly servicesReachable: boolean;
}

/**
 * Makes what nodes are made of. Comes before the control plane, which listens on `network.host`: an address that the
 * nodes reach, and that is there as long as they are. What an earlier start left is ended first.
 *
 * @throws ClusterError where pods can't run on this machine, with what helps
 */
export async function prepareNodes(options: PrepareNodesOptions): Promise<PreparedNodes> {
  const { names = ["real-1", "real-2"], archives, report = () => {} } = options;
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const folder = realpathSync(options.folder);
  const able = await podsPossible(folder);
  if (!able.possible) throw new ClusterError(describeImpossible(able));
  await removeAll(folder);

  report(`making ${names.length} nodes`);
  const instance = instanceNames(folder);
  const network = chooseNetwork(instance.id, names, await routedRanges());
  const processes = new ClusterProcesses(folder);
  mkdirSync(PLUGIN_CACHE, { recursive: true });
  const nodes = await Promise.all(
    network.nodes.map(async (address): Promise<PreparedNode> => {
      const place = join(nodesFolder(folder), address.name);
      const files = nodeFiles({
        node: address,
        network,
        cgroup: `/${instance.cgroup}/${address.name}`,
        plugins: able.plugins,
        snapshotter: able.snapshotter,
        dns: network.nodes[0]?.address ?? address.address,
      });
      writeAll(place, files);
      const group = createNodeGroup(able.cgroups, instance.cgroup, address.name);
      return { address, folder: place, group, pid: await hold(processes, address.name, place, group) };
    }),
  );
  await layNetwork(instance.link, network, nodes);
  const images = Promise.all(
    nodes.map(async (node) => {
      await startContainerd(processes, node);
      for (const archive of archives) await importImages(node, archive);
    }),
  ).then(() => {});
  images.catch(() => {}); // Whoever awaits it is told.
  return { network, images, nodes };
}

/**
 * Starts a kubelet and a kube-proxy on each of the nodes. The control plane listens on their network's `host` and has
 * certificates for them (`nodes` of its options).
 */
export async function startNodes(
  prepared: PreparedNodes,
  controlPlane: Pick<ControlPlane, "files" | "processes" | "binary">,
): Promise<RealNodes> {
  const { files, processes, binary } = controlPlane;
  await prepared.images;
  for (const [index, node] of prepared.nodes.entries()) {
    const { name, address } = node.address;
    const copy = (from: string, to: string) => copyFile(from, join(node.folder, to));
    await copy(join(files.pki, "ca.crt"), "ca.crt");
    await copy(identityFile(files, `node-${name}`), "kubelet.kubeconfig");
    await copy(identityFile(files, "proxy"), "kube-proxy.kubeconfig");
    startWithin(processes, node, `${name}-kubelet`, [
      binary,
      "kubelet",
      `--kubeconfig=${NODE_FOLDER}/kubelet.kubeconfig`,
      `--config=${NODE_FOLDER}/kubelet.yaml`,
      `--root-dir=${NODE_FOLDER}/kubelet`,
      `--hostname-override=${name}`,
      `--node-ip=${address}`,
      `--node-labels=topology.kubernetes.io/zone=zone-${index + 1}`,
    ]);
    startWithin(processes, node, `${name}-kube-proxy`, [
      binary,
      "kube-proxy",
      `--config=${NODE_FOLDER}/kube-proxy.yaml`,
    ]);
  }
  const [first] = prepared.nodes;
  if (first !== undefined) {
    startWithin(processes, first, "dns", [
      process.execPath,
      fileURLToPath(new URL("./dns-main.ts", import.meta.url)),
      join(first.folder, "kube-proxy.kubeconfig"),
      first.address.address,
    ]);
  }
  const names = prepared.nodes.map(({ address }) => address.name);
  const client = clusterClient({ kubeconfig: files.kubeconfig, context: contextName });
  await whileRunning(processes, names.join(" and "), () => areReady(client, names), STEP_SECONDS);
  return { names, servicesReachable: await routeServices(prepared.network, SERVICE_RANGE) };
}

async function areReady(client: ClusterClient, names: readonly string[]): Promise<boolean> {
  const nodes = await Promise.all(names.map((name) => find<V1Node>(client, "v1", "Node", name)));
  return nodes.every((node) =>
    // A node of an earlier start is Ready by hearsay until its kubelet has spoken.
    node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  );
}

/**
 * Ends the real nodes of the cluster in `folder`, if it has any, and removes all that they were made of: also what a
 * killed starter left half-made. Pods are not asked to end.
 */
export async function stopNodes(folder: string): Promise<void> {
  if (existsSync(nodesFolder(folder))) await removeAll(realpathSync(folder));
}

const nodesFolder = (folder: string) => join(folder, "nodes");

async function removeAll(folder: string): Promise<void> {
  const groups = hierarchies();
  if (groups === undefined) return;
  const instance = instanceNames(folder);
  await endGroup(groups, instance.cgroup);
  await removeLink(instance.link);
  const nodes = nodesFolder(folder);
  if (!existsSync(nodes)) return;
  const names = readdirSync(nodes);
  const processes = new ClusterProcesses(folder);
  const ours = processes.names.filter(
    (name) => name === "dns" || names.some((node) => name === node || name.startsWith(`${node}-`)),
  );
  await processes.kill(ours);
  rmSync(nodes, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** Why pods can't run here, and what helps, for an error or a skipped test. */
export function describeImpossible({ reasons, remedy }: Extract<PodsPossible, { possible: false }>): string {
  return `Pods can't run on this machine: ${reasons.join("; ")}.${remedy === undefined ? "" : ` Way to it: ${remedy}.`}`;
}

/** Starts the process that holds a node's namespaces, and waits until they are a machine. Returns the first process within. */
async function hold(
  processes: ClusterProcesses,
  name: string,
  folder: string,
  group: string,
): Promise<number> {
  mkdirSync(join(folder, "run"), { recursive: true });
  const script = fileURLToPath(new URL("./node.sh", import.meta.url));
  const isolate = "unshare --mount --net --pid --fork --kill-child --mount-proc".split(" ");
  processes.start(name, joining(group, [...isolate, "sh", script, folder]));
  await until(processes, `the namespaces of ${name}`, () => existsSync(join(folder, "up")));
  const holder = processes.running(name);
  const first = holder && firstChild(holder.pid);
  if (first === undefined) throw new ClusterError(processes.describeEnd(name));
  return first;
}

async function startContainerd(processes: ClusterProcesses, node: PreparedNode): Promise<void> {
  const name = `${node.address.name}-containerd`;
  startWithin(processes, node, name, ["containerd", "--config", `${NODE_FOLDER}/containerd.toml`]);
  await until(processes, name, () => existsSync(`/proc/${node.pid}/root${CONTAINERD_SOCKET}`));
}

async function importImages(node: PreparedNode, archive: string): Promise<void> {
  const command = [
    "ctr",
    "--address",
    CONTAINERD_SOCKET,
    "--namespace",
    "k8s.io",
    "images",
    "import",
    archive,
  ];
  const [program = "", ...args] = entering(node, command);
  const result = await run(program, args, { env: toolEnvironment(), timeout: 1000 * STEP_SECONDS });
  if (result.code === 0) return;
  throw new ClusterError(
    `${node.address.name} could not be given the images of ${archive}: ${result.failure ?? result.stderr.trim()}`,
  );
}

/** Starts a process on the node: in its namespaces, and in its control group, by which its end is certain. */
function startWithin(
  processes: ClusterProcesses,
  node: PreparedNode,
  name: string,
  command: readonly string[],
): void {
  processes.start(name, joining(node.group, entering(node, command)));
}

function entering({ pid }: Namespaces, command: readonly string[]): string[] {
  return ["nsenter", "--target", String(pid), "--mount", "--net", "--pid", "--", ...command];
}

function joining(group: string, command: readonly string[]) {
  return {
    command: "sh",
    args: ["-c", 'echo 0 >"$0" && exec "$@"', group, ...command],
    env: toolEnvironment(),
  };
}

async function until(processes: ClusterProcesses, what: string, check: () => boolean): Promise<void> {
  const deadline = performance.now() + 1000 * STEP_SECONDS;
  while (!check()) {
    processes.check();
    if (performance.now() > deadline) {
      throw new ClusterError(`The cluster's nodes: ${what} did not get ready within ${STEP_SECONDS} s.`);
    }
    await sleep(20);
  }
}

function writeAll(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  }
}
