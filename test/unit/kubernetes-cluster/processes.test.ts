import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ClusterProcesses } from "../../../sandbox/kubernetes/processes.ts";
import { script, temporaryFolder, until } from "../engine/support.ts";

const shell = (body: string) => ({ command: "/bin/sh", args: ["-c", body] });

test("a process is found by whoever looks into the folder, and is gone when it was killed", async () => {
  const folder = await temporaryFolder();
  const processes = new ClusterProcesses(folder);
  processes.start("one", shell("sleep 60"));
  processes.start("two", shell("sleep 60"));
  const other = new ClusterProcesses(folder);
  expect(other.names).toEqual(["one", "two"]);
  expect(other.running("one")?.pid).toBeGreaterThan(1);
  await other.kill(["one"]);
  expect(processes.names).toEqual(["two"]);
  expect(processes.running("one")).toBeUndefined();
  await processes.kill();
  expect(other.names).toEqual([]);
});

test("a process that has ended is named, with the end of what it said", async () => {
  const folder = await temporaryFolder();
  const processes = new ClusterProcesses(folder);
  const go = join(folder, "go");
  processes.start(
    "etcd",
    shell(`echo first; while [ ! -e ${go} ]; do sleep 0.02; done; echo "disk is full" >&2`),
  );
  processes.check();
  await script(go, "");
  await until(() => processes.running("etcd") === undefined);
  expect(() => processes.check()).toThrow(
    `The cluster's etcd has ended. The end of ${folder}/logs/etcd.log:\nfirst\ndisk is full`,
  );
  await processes.kill();
});

test("what can't be started is an error that names it", async () => {
  const processes = new ClusterProcesses(await temporaryFolder());
  expect(() => processes.start("etcd", { command: "/nowhere/kubebox", args: [] })).toThrow(
    "etcd could not be started: /nowhere/kubebox does not run.",
  );
  expect(processes.names).toEqual([]);
});

test("none of the user's environment reaches a process but the path and the home folder", async () => {
  const folder = await temporaryFolder();
  const processes = new ClusterProcesses(folder);
  process.env.SLIPWAY_TEST_TOKEN = "private";
  processes.start("env", {
    command: "/bin/sh",
    args: ["-c", "env | cut -d= -f1 | sort; sleep 60"],
    env: { OWN: "1" },
  });
  delete process.env.SLIPWAY_TEST_TOKEN;
  const said = () => readFileSync(processes.log("env"), "utf8");
  await until(() => said().includes("PATH"));
  expect(
    said()
      .trim()
      .split("\n")
      .filter((name) => !["_", "PWD", "SHLVL"].includes(name)),
  ).toEqual(["HOME", "OWN", "PATH"]);
  await processes.kill();
});
