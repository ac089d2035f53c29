import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where control groups are on this machine. */
export interface CgroupHierarchies {
  readonly version: 1 | 2;
  /**
   * Mount points: that of version 2, or those of all hierarchies where version 1 has the controllers. The first holds
   * every process of ours.
   */
  readonly roots: readonly string[];
}

/** Controllers that a kubelet can't do without. */
const NEEDED = ["cpu", "memory", "pids"] as const;
/** Seconds that killed processes, and the groups that held them, may take to be gone. */
const END_SECONDS = 5;

/**
 * Finds the hierarchies in the text of `/proc/mounts`; undefined where those that a kubelet needs are not there.
 * Version 1 wins where both are mounted: version 2 has no controllers then.
 */
export function findHierarchies(mounts: string): CgroupHierarchies | undefined {
  const lines = mounts.split("\n").map((line) => line.split(" "));
  const ofController = new Map<string, string>();
  for (const [, point = "", type, options = ""] of lines) {
    if (type !== "cgroup") continue;
    for (const option of options.split(",")) ofController.set(option, point);
  }
  if (NEEDED.every((controller) => ofController.has(controller))) {
    const points = lines.filter(([, , type]) => type?.startsWith("cgroup")).map(([, point = ""]) => point);
    return { version: 1, roots: [...new Set([ofController.get("pids") ?? "", ...points])] };
  }
  const unified = lines.find(([, point, type]) => type === "cgroup2" && point === "/sys/fs/cgroup");
  return unified ? { version: 2, roots: ["/sys/fs/cgroup"] } : undefined;
}

/** The hierarchies of this machine; undefined where there are none of use. */
export function hierarchies(): CgroupHierarchies | undefined {
  try {
    return findHierarchies(readFileSync("/proc/mounts", "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Makes the group `NAME/NODE` for pods, and beside them one for the node's own processes.
 *
 * @returns the file into which a process writes 0 to join the latter
 */
export function createNodeGroup({ version, roots }: CgroupHierarchies, name: string, node: string): string {
  for (const root of roots) {
    const steps = [join(root, name), join(root, name, node)];
    if (version === 2) delegate(root);
    for (const step of steps) {
      mkdirSync(step, { recursive: true });
      if (version === 2) delegate(step);
      else inheritCpuset(step);
    }
  }
  const system = join(roots[0] ?? "", name, `${node}-system`);
  mkdirSync(system, { recursive: true });
  return join(system, "cgroup.procs");
}

/** Lets groups below have what this one has; in version 2 nothing is passed on unasked. */
function delegate(group: string): void {
  const controllers = readFileSync(join(group, "cgroup.controllers"), "utf8")
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  for (const controller of controllers) {
    writeFileSync(join(group, "cgroup.subtree_control"), `+${controller}`);
  }
}

/** A group of version 1's cpuset has no processor until it is given some. */
function inheritCpuset(group: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    try {
      if (readFileSync(join(group, file), "utf8").trim() !== "") continue;
      writeFileSync(join(group, file), readFileSync(join(group, "..", file), "utf8"));
    } catch {
      // Another controller's hierarchy.
    }
  }
}

/** Kills every process in the group and below, and removes it from all hierarchies. Does nothing where it is not. */
export async function endGroup({ roots }: CgroupHierarchies, name: string): Promise<void> {
  const deadline = performance.now() + 1000 * END_SECONDS;
  const left = () => roots.flatMap((root) => groupsBelow(join(root, name)));
  for (let groups = left(); groups.length > 0; groups = left()) {
    const processes = new Set(groups.flatMap(processesOf));
    // Those in a process namespace first: whoever started them then collects their ends before it is killed itself.
    const inner = [...processes].filter(isInNamespace);
    for (const pid of inner.length > 0 ? inner : processes) kill(pid);
    if (processes.size === 0) for (const group of groups) remove(group);
    if (performance.now() > deadline) {
      throw new Error(
        `The control group ${name} could not be removed within ${END_SECONDS} s: ${processes.size} processes are left in it (${[...processes].slice(0, 5).join(", ")}).`,
      );
    }
    await sleep(10);
  }
}

/** The group and all below it, the deepest first. */
function groupsBelow(group: string): string[] {
  try {
    const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...below.flatMap((entry) => groupsBelow(join(group, entry.name))), group];
  } catch {
    return [];
  }
}

function processesOf(group: string): number[] {
  try {
    return readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether the process has another id somewhere: below the namespace that this process is in. */
function isInNamespace(pid: number): boolean {
  try {
    return /^NSpid:\t\d+\t\d/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone.
  }
}

function remove(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Busy for a moment yet, or gone.
  }
}
