import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startCloud, stopCloud } from "../../sandbox/cloud/index.ts";
import { isRunning, markProcess, type ProcessMark } from "../../sandbox/cloud/processes.ts";
import { apply, clusterClient, find } from "../../sandbox/kubernetes/client.ts";
import { openSecretSource } from "../../sandbox/kubernetes/controllers/secret-values.ts";
import { clusterFiles } from "../../sandbox/kubernetes/files.ts";
import {
  clusterStatus,
  findKubebox,
  readConnection,
  startCluster,
  stopCluster,
  useCluster,
} from "../../sandbox/kubernetes/index.ts";
import { describeWithCluster } from "../support/cluster.ts";
import { until } from "../support/until.ts";
import { script } from "../unit/engine/support.ts";

vi.setConfig({ testTimeout: 240_000 });

const COMPONENTS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "stand-ins",
];

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "slipway-life-"));
  folder = join(parent, "cluster");
});
afterEach(async () => {
  await stopCluster(folder);
  rmSync(parent, { recursive: true, force: true });
});

/** What the folder has on record. */
function recorded(): Record<string, ProcessMark> {
  try {
    return JSON.parse(readFileSync(clusterFiles(folder).processes, "utf8")) as Record<string, ProcessMark>;
  } catch {
    return {};
  }
}

const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "kept", namespace: "default" },
  data: { answer: "42" },
};

describeWithCluster("the life of a cluster", (shared) => {
  test("two starts at once give one; a stop ends every process; the next start has its objects; a crash is named", async () => {
    const [first, second] = await Promise.all([startCluster({ folder }), startCluster({ folder })]);
    expect(second).toEqual(first);
    expect(readConnection(folder)).toEqual(first);
    const processes = recorded();
    expect(Object.keys(processes)).toEqual(COMPONENTS);
    await apply(clusterClient(first), configMap);

    const began = performance.now();
    expect(await stopCluster(folder)).toBe("own");
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(Object.values(processes).filter(isRunning)).toEqual([]);
    expect(await stopCluster(folder)).toBeUndefined();
    expect(await clusterStatus(folder)).toEqual({ running: false });

    const again = await startCluster({ folder });
    expect(await find(clusterClient(again), "v1", "ConfigMap", "kept", "default")).toMatchObject(configMap);

    const { "kube-scheduler": scheduler } = recorded();
    process.kill(scheduler?.pid ?? 0, "SIGKILL");
    const status = await until(
      () => clusterStatus(folder),
      ({ running }) => !running,
    );
    expect(status.problem).toContain("The cluster's kube-scheduler has ended. The end of ");
    const reports: string[] = [];
    await startCluster({ folder, report: (line) => reports.push(line) });
    expect(reports[0]).toContain("The cluster's kube-scheduler has ended.");
    expect((await clusterStatus(folder)).processes).toEqual(COMPONENTS);
  });

  test("what a starter that was killed left behind is ended by the next start", async () => {
    const program = `
      const { startCluster } = await import(${JSON.stringify(new URL("../../sandbox/kubernetes/index.ts", import.meta.url).href)});
      await startCluster({ folder: ${JSON.stringify(folder)} });`;
    const starter = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "ignore" });
    const left = await until(recorded, (processes) => "kube-apiserver" in processes);
    starter.kill("SIGKILL");
    expect(Object.values(left).every(isRunning)).toBe(true);
    await startCluster({ folder });
    expect(Object.values(left).filter(isRunning)).toEqual([]);
    expect((await clusterStatus(folder)).running).toBe(true);
  });

  test("a temporary cluster ends with its owner, and its folder with it", async () => {
    const owner = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    await until(
      () => owner.pid !== undefined && markProcess(owner.pid) !== undefined,
      (runs) => runs,
    );
    await startCluster({ folder, endsWith: owner.pid ?? 0 });
    const processes = Object.values(recorded());
    owner.kill("SIGKILL");
    await until(
      () => processes.filter(isRunning).length === 0 && !existsSync(folder),
      (gone) => gone,
    );
  });

  test("a component that can't start is named with the end of its log, and nothing is left", async () => {
    const kubebox = (await findKubebox()) ?? "";
    const binary = await script(
      join(parent, "kubebox"),
      `[ "$1" = kube-apiserver ] && { echo "unknown flag: --sail" >&2; exit 1; }\nexec ${kubebox} "$@"`,
    );
    const log = join(clusterFiles(folder).logs, "kube-apiserver.log");
    await expect(startCluster({ folder, binary })).rejects.toThrow(
      `The cluster's kube-apiserver has ended. The end of ${log}:\nunknown flag: --sail`,
    );
    expect(recorded()).toEqual({});
    expect(readConnection(folder)).toBeUndefined();
  });

  test("a cluster of the user's own is used and left alone; one that can't be reached is refused", async () => {
    const { kubeconfig, context } = shared.connection;
    const options = { folder, kubeconfig, report: () => {}, mayInstall: async () => false };
    expect(await useCluster({ ...options, context })).toEqual({
      kubeconfig,
      context,
      origin: "given",
      level: "api",
    });
    expect((await clusterStatus(folder)).facts?.nodes.map(({ name }) => name)).toEqual([
      "fake-1",
      "fake-2",
      "fake-3",
    ]);
    expect(await stopCluster(folder)).toBe("given");
    expect(readConnection(folder)).toBeUndefined();
    expect((await clusterStatus(shared.folder)).running).toBe(true);

    await expect(useCluster({ ...options, context: "production" })).rejects.toThrow(
      `${kubeconfig} has no context "production". It has: ${context}.`,
    );
    const away = join(parent, "away");
    writeFileSync(away, readFileSync(kubeconfig, "utf8").replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1"));
    await expect(useCluster({ ...options, kubeconfig: away, context })).rejects.toThrow(
      `The cluster of the context "${context}" in ${away} can't be reached: `,
    );
  });
});

test("secrets come from the local cloud where it runs, and one that it has not is missed", async () => {
  const cloud = join(parent, "cloud");
  const client = await startCloud(cloud);
  try {
    await client.putSecret("projects/p/secrets/db/versions/1", "owner", "first");
    await client.putSecret("projects/p/secrets/db/versions/2", "owner", "second");
    const { read } = await openSecretSource(cloud);
    const text = async (version: string) =>
      Buffer.from((await read("p", "db", version)).data, "base64").toString();
    expect([await text("1"), await text("latest")]).toEqual(["first", "second"]);
    await expect(read("p", "db", "3")).rejects.toThrow(
      'no secret version "projects/p/secrets/db/versions/3"',
    );
    await expect(read("p", "cache", "latest")).rejects.toThrow('no secret "projects/p/secrets/cache"');
  } finally {
    await stopCloud(cloud);
  }
});
