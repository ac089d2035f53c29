import { expect, test } from "vitest";
import { findHierarchies } from "../../../sandbox/kubernetes/real/cgroups.ts";
import { judgePods, type PodFacts } from "../../../sandbox/kubernetes/real/possible.ts";

const able: PodFacts = {
  platform: "linux",
  root: true,
  missingPrograms: [],
  plugins: "/usr/lib/cni",
  cgroups: { version: 2, roots: ["/sys/fs/cgroup"] },
  refused: undefined,
  overlay: true,
};

test("a machine that has everything can run pods", () => {
  expect(judgePods(able)).toEqual({
    possible: true,
    plugins: "/usr/lib/cni",
    cgroups: { version: 2, roots: ["/sys/fs/cgroup"] },
    snapshotter: "overlayfs",
  });
  expect(judgePods({ ...able, overlay: false })).toMatchObject({ snapshotter: "native" });
});

test("what is missing is named, with the command that brings it", () => {
  expect(judgePods({ ...able, missingPrograms: ["containerd", "ctr", "nft"], plugins: undefined })).toEqual({
    possible: false,
    reasons: [
      "not installed: containerd, ctr, nft",
      "the CNI plugins ptp, host-local, loopback are in none of /usr/lib/cni, /opt/cni/bin",
    ],
    remedy: "apt-get install --yes containerd nftables containernetworking-plugins",
    packages: ["containerd", "nftables", "containernetworking-plugins"],
  });
});

test("who is not root is told so, and asked for nothing that root can't give", () => {
  expect(judgePods({ ...able, root: false })).toMatchObject({
    reasons: ["this user is not root"],
    remedy: "run the command again as root",
  });
  expect(judgePods({ ...able, root: false, missingPrograms: ["runc"] })).toMatchObject({
    remedy: "sudo apt-get install --yes runc; then run the command again as root",
  });
});

test("where nothing helps, no remedy is named", () => {
  expect(judgePods({ ...able, platform: "darwin" })).toEqual({
    possible: false,
    reasons: ["pods run on Linux only, and this is darwin"],
    remedy: undefined,
    packages: [],
  });
  expect(judgePods({ ...able, refused: "unshare failed: Operation not permitted" })).toMatchObject({
    reasons: ["namespaces of its own were refused: unshare failed: Operation not permitted"],
    remedy: undefined,
  });
});

test("version 1 of control groups is used where it has the controllers, all of its hierarchies included", () => {
  const mounts = [
    "tmpfs /sys/fs/cgroup tmpfs rw 0 0",
    "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0",
    "cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0",
    "cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0",
    "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0",
  ].join("\n");
  expect(findHierarchies(mounts)).toEqual({
    version: 1,
    roots: [
      "/sys/fs/cgroup/pids",
      "/sys/fs/cgroup/cpu,cpuacct",
      "/sys/fs/cgroup/memory",
      "/sys/fs/cgroup/unified",
    ],
  });
  expect(findHierarchies("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0")).toEqual({
    version: 2,
    roots: ["/sys/fs/cgroup"],
  });
  expect(findHierarchies("proc /proc proc rw 0 0")).toBeUndefined();
});
