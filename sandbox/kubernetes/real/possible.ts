import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "../../engine/run.ts";
import { type CgroupHierarchies, hierarchies } from "./cgroups.ts";
import { toolEnvironment } from "./network.ts";

/** Where distributions put CNI plugins. */
const PLUGIN_FOLDERS = ["/usr/lib/cni", "/opt/cni/bin"] as const;
/** Plugins that nodes use: a link per pod, its address, and the loopback. */
const PLUGINS = ["ptp", "host-local", "loopback"] as const;
/** Programs that nodes use, and the Debian package of each. */
const PROGRAMS = {
  containerd: "containerd",
  ctr: "containerd",
  runc: "runc",
  nft: "nftables",
  ip: "iproute2",
  unshare: "util-linux",
  nsenter: "util-linux",
  mount: "mount",
} as const;
const PLUGIN_PACKAGE = "containernetworking-plugins";

/** What the machine has of that which real pods take. */
export interface PodFacts {
  readonly platform: NodeJS.Platform;
  readonly root: boolean;
  /** Of those that are looked for, those that are not on the path. */
  readonly missingPrograms: readonly (keyof typeof PROGRAMS)[];
  /** Folder that has all plugins. */
  readonly plugins: string | undefined;
  readonly cgroups: CgroupHierarchies | undefined;
  /** What namespaces and a packet filter of their own were refused with; undefined where they could be made. */
  readonly refused: string | undefined;
  /** Whether the kernel has overlayfs, and the folder's file system can be below it. */
  readonly overlay: boolean;
}

/** Whether pods can really run here. */
export type PodsPossible =
  | {
      readonly possible: true;
      readonly plugins: string;
      readonly cgroups: CgroupHierarchies;
      readonly snapshotter: "overlayfs" | "native";
    }
  | {
      readonly possible: false;
      /** A clause each: `containerd and nft are not installed`. */
      readonly reasons: readonly string[];
      /** What brings them, as a sentence; undefined where this machine can't have them. */
      readonly remedy: string | undefined;
      /** Debian packages that would help. */
      readonly packages: readonly string[];
    };

/**
 * Says whether pods can really run on this machine, and if not, why and what helps. Tries what can't be read anywhere;
 * leaves nothing behind.
 *
 * @param folder where the cluster's folder is, or will be
 */
export async function podsPossible(folder: string): Promise<PodsPossible> {
  return judgePods(await gatherFacts(folder));
}

/** What follows from the facts. */
export function judgePods(facts: PodFacts): PodsPossible {
  if (facts.platform !== "linux") {
    return impossible([`pods run on Linux only, and this is ${facts.platform}`]);
  }
  const packages = [
    ...facts.missingPrograms.map((program) => PROGRAMS[program]),
    ...(facts.plugins === undefined ? [PLUGIN_PACKAGE] : []),
  ];
  const reasons: string[] = [];
  if (!facts.root) reasons.push("this user is not root");
  if (facts.missingPrograms.length > 0) reasons.push(`not installed: ${facts.missingPrograms.join(", ")}`);
  if (facts.plugins === undefined) {
    reasons.push(`the CNI plugins ${PLUGINS.join(", ")} are in none of ${PLUGIN_FOLDERS.join(", ")}`);
  }
  if (facts.cgroups === undefined) {
    reasons.push(
      "no control groups with the controllers cpu, memory and pids are mounted below /sys/fs/cgroup",
    );
  }
  if (facts.refused !== undefined) reasons.push(`namespaces of its own were refused: ${facts.refused}`);
  if (reasons.length > 0 || facts.plugins === undefined || facts.cgroups === undefined) {
    return impossible(reasons, [...new Set(packages)], facts.root);
  }
  return {
    possible: true,
    plugins: facts.plugins,
    cgroups: facts.cgroups,
    snapshotter: facts.overlay ? "overlayfs" : "native",
  };
}

function impossible(
  reasons: readonly string[],
  packages: readonly string[] = [],
  root = true,
): Extract<PodsPossible, { possible: false }> {
  const ways = [
    ...(packages.length > 0 ? [`${root ? "" : "sudo "}apt-get install --yes ${packages.join(" ")}`] : []),
    ...(root ? [] : ["run the command again as root"]),
  ];
  return { possible: false, reasons, remedy: ways.length > 0 ? ways.join("; then ") : undefined, packages };
}

async function gatherFacts(folder: string): Promise<PodFacts> {
  const linux = process.platform === "linux";
  const root = process.getuid?.() === 0;
  const path = toolEnvironment().PATH.split(delimiter);
  const missingPrograms = (Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]).filter(
    (program) => !path.some((place) => existsSync(join(place, program))),
  );
  return {
    platform: process.platform,
    root,
    missingPrograms: linux ? missingPrograms : [],
    plugins: PLUGIN_FOLDERS.find((place) => PLUGINS.every((plugin) => existsSync(join(place, plugin)))),
    cgroups: linux ? hierarchies() : undefined,
    refused: linux && root && missingPrograms.length === 0 ? await tryNamespaces() : undefined,
    overlay: linux && (await overlayUsable(folder)),
  };
}

/** Makes what a node is made of for a moment: root within a container often may not. */
async function tryNamespaces(): Promise<string | undefined> {
  const result = await run(
    "unshare",
    [
      ..."--mount --net --pid --fork --kill-child --mount-proc sh -c".split(" "),
      "mount -t tmpfs tmpfs /mnt && nft add table ip probe",
    ],
    { env: toolEnvironment(), timeout: 10_000 },
  );
  return result.code === 0 ? undefined : (result.failure ?? result.stderr.trim());
}

/** `OVERLAYFS_SUPER_MAGIC` of the kernel's magic.h: overlayfs does not go on top of itself. */
const OVERLAY_MAGIC = 0x794c7630;

async function overlayUsable(folder: string): Promise<boolean> {
  try {
    const known = await readFile("/proc/filesystems", "utf8");
    return /\toverlay$/m.test(known) && (await nearest(folder)).type !== OVERLAY_MAGIC;
  } catch {
    return false;
  }
}

/** The file system that holds the folder, which need not exist yet. */
async function nearest(folder: string): Promise<{ readonly type: number }> {
  for (let at = folder; ; at = join(at, "..")) {
    try {
      return await statfs(at);
    } catch (error) {
      if (at === "/") throw error;
    }
  }
}
