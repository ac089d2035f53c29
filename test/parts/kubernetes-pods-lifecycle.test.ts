import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { run } from "../../sandbox/engine/run.ts";
import { clusterFiles } from "../../sandbox/kubernetes/files.ts";
import { ClusterProcesses } from "../../sandbox/kubernetes/processes.ts";
import { hierarchies } from "../../sandbox/kubernetes/real/cgroups.ts";
import { sandboxImages } from "../../sandbox/kubernetes/real/images.ts";
import { instanceNames } from "../../sandbox/kubernetes/real/instance.ts";
import { toolEnvironment } from "../../sandbox/kubernetes/real/network.ts";
import { prepareNodes, stopNodes } from "../../sandbox/kubernetes/real/nodes.ts";
import { podsProblem, until } from "./kubernetes-pods-support.ts";

const problem = await podsProblem();
const absent = problem !== "" && process.env.SLIPWAY_DEMAND_PARTS !== "1";

async function said(command: string, ...args: string[]): Promise<string> {
  const result = await run(command, args, { env: toolEnvironment() });
  expect(result).toMatchObject({ code: 0 });
  return result.stdout;
}

/** What the machine has of an instance: nothing, when it is gone. */
async function remains(folder: string): Promise<string[]> {
  const { link, cgroup } = instanceNames(folder);
  const groups = (hierarchies()?.roots ?? []).map((root) => join(root, cgroup)).filter(existsSync);
  const links = (await said("ip", "-oneline", "link")).includes(link) ? [link] : [];
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(folder));
  const processes = readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(cgroup);
    } catch {
      return false;
    }
  });
  const nodes = existsSync(join(folder, "nodes")) ? ["nodes"] : [];
  return [...groups, ...links, ...mounts, ...processes, ...nodes];
}

/** What a node might change of the machine's own. */
async function machine(): Promise<unknown> {
  const settings = ["net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops"];
  return {
    settings: settings.map((name) => readFileSync(`/proc/sys/${name}`, "utf8")),
    filter: await said("nft", "list", "tables"),
    namespaces: existsSync("/run/netns") ? readdirSync("/run/netns") : [],
    containerd: existsSync("/run/containerd") ? readdirSync("/run/containerd") : [],
  };
}

describe.skipIf(absent)(`nodes come and go${absent ? ` (skipped: ${problem})` : ""}`, () => {
  const folders: string[] = [];
  const newFolder = () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-nodes-")));
    folders.push(folder);
    return folder;
  };

  afterEach(async () => {
    for (const folder of folders.splice(0)) {
      await stopNodes(folder);
      rmSync(folder, { recursive: true });
    }
  });

  test("two instances have networks of their own; ending one leaves the other, and nothing of itself", async () => {
    if (problem !== "") throw new Error(problem);
    const before = await machine();
    const [one, other] = [newFolder(), newFolder()];
    const [first, second] = [
      await prepareNodes({ folder: one, archives: [] }),
      await prepareNodes({ folder: other, archives: [] }),
    ];
    await Promise.all([first.images, second.images]);
    expect(first.network.host).not.toBe(second.network.host);
    expect(await machine()).toEqual(before);
    expect(await remains(one)).not.toEqual([]);
    await stopNodes(one);
    expect(await remains(one)).toEqual([]);
    const processes = new ClusterProcesses(other);
    expect(processes.names.every((name) => processes.running(name) !== undefined)).toBe(true);
    await stopNodes(other);
    expect(await remains(other)).toEqual([]);
    expect(existsSync(clusterFiles(other).processes)).toBe(false);
    expect(await machine()).toEqual(before);
  }, 60_000);

  test("what a killed starter leaves is ended by whoever comes next", async () => {
    if (problem !== "") throw new Error(problem);
    const folder = newFolder();
    const module = new URL("../../sandbox/kubernetes/real/nodes.ts", import.meta.url).href;
    const archives = JSON.stringify([await sandboxImages()]);
    const script = `
      const { prepareNodes } = await import(${JSON.stringify(module)});
      const nodes = await prepareNodes({ folder: ${JSON.stringify(folder)}, archives: ${archives} });
      await nodes.images;`;
    const starter = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
    // In the middle of giving the nodes their images.
    await until(async () => new ClusterProcesses(folder).running("real-2-containerd") !== undefined);
    starter.kill("SIGKILL");
    expect(await remains(folder)).not.toEqual([]);
    const began = performance.now();
    await stopNodes(folder);
    console.log(`two nodes, begun and left: removed in ${Math.round(performance.now() - began)} ms`);
    await until(async () => (await remains(folder)).length === 0);
  }, 60_000);
});
