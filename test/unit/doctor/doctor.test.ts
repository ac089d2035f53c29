import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { expect, onTestFinished, test } from "vitest";
import { type Facts, gatherFacts } from "../../../automation/doctor/facts.ts";
import { renderDoctor } from "../../../automation/doctor/render.ts";
import { judge } from "../../../automation/doctor/verdicts.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";

const complete: Facts = {
  node: "24.21.0",
  tools: { npm: "11.0.0", docker: "28.2.2", kubectl: "1.36.3", gcloud: "528.0.0" },
  engine: {
    engine: {
      pulumi: "/usr/bin/pulumi",
      version: "3.259.0",
      origin: "path",
      languageHost: "official",
      binFolder: "/usr/bin",
    },
    onPath: undefined,
    go: "1.26.8",
    canCompile: true,
    cache: { folder: "/home/ada/.cache/slipway", used: 115e6, free: 80e9, needed: 4e9 },
  },
  sandbox: { folder: "/home/ada/shop/.slipway/sandbox", hasState: true, cloud: "running" },
  kubernetes: {
    binary: "/home/ada/.cache/slipway/kubernetes/built-1.36.3/bin/kubebox",
    cluster: { origin: "own", level: "api" },
  },
  prometheus: "/usr/bin/prometheus",
  login: "pulumi login",
  googleCredentials: "gcloud application-default login",
};

const bare: Facts = {
  ...complete,
  tools: { npm: "11.0.0", docker: undefined, kubectl: undefined, gcloud: undefined },
  engine: { ...complete.engine, engine: undefined, onPath: "there is none", go: undefined },
  sandbox: { ...complete.sandbox, hasState: false, cloud: "stopped" },
  kubernetes: { binary: undefined, cluster: undefined },
  prometheus: undefined,
  login: undefined,
  googleCredentials: undefined,
};

const works = (facts: Facts) => judge(facts).map((each) => each.works);
const lacks = (facts: Facts) => judge(facts).map((each) => each.missing.map(({ what }) => what));

test("on a complete machine everything works", () => {
  expect(works(complete)).toEqual([true, true, true, true, true, true]);
  expect(lacks(complete)).toEqual([[], [], [], [], [], []]);
});

test("on a bare machine the sandbox still works, after an engine is had; the cloud needs accounts", () => {
  expect(works(bare)).toEqual([true, true, true, true, false, false]);
  expect(judge(bare)[1]?.note).toBe(
    "the first run downloads an engine, or builds one in three to four minutes",
  );
  expect(judge(bare)[2]?.note).toBe("the first start builds Kubernetes in about five minutes");
  const accounts = ["a place for Pulumi's state", "Google Cloud credentials"];
  expect(lacks(bare)).toEqual([[], [], [], [], accounts, ["pulumi on PATH", ...accounts]]);
});

test("without an engine, too little disk or no way to a Go stops the sandbox", () => {
  const cache = { ...bare.engine.cache, free: 3.9e9 };
  expect(lacks({ ...bare, engine: { ...bare.engine, cache } })[1]).toEqual([
    "a Pulumi engine (too little disk to build one; an official download is tried)",
  ]);
  expect(lacks({ ...bare, engine: { ...bare.engine, canCompile: false } })[1]).toEqual([
    "a Pulumi engine (no Go to build one; an official download is tried)",
  ]);
});

test("without a Go and a built one, a cluster has to be named", () => {
  const facts = { ...bare, engine: { ...bare.engine, canCompile: false } };
  expect(lacks(facts)[2]).toEqual(["a Kubernetes cluster (no Go to build one; kind is tried)"]);
  expect(lacks({ ...facts, kubernetes: complete.kubernetes })[2]).toEqual([]);
});

test("a built engine is not the pulumi of plain `pulumi preview`, and a refused one says why", () => {
  const engine = { ...complete.engine.engine, origin: "built", languageHost: "slipway" } as const;
  const onPath = "/usr/bin/pulumi is 3.100.0, and 3.220.0 is the oldest that is supported";
  const facts = { ...complete, engine: { ...complete.engine, engine: engine as never, onPath } };
  expect(lacks(facts)).toEqual([[], [], [], [], [], [`pulumi on PATH: ${onPath}`]]);
});

test("an old Node stops everything", () => {
  expect(works({ ...complete, node: "22.17.1" })).toEqual([false, false, false, false, false, false]);
  expect(works({ ...complete, node: "22.18.0" })).toEqual([true, true, true, true, true, true]);
});

test("the report shows paths from home, what is not found, and each remedy", () => {
  expect(renderDoctor(bare, judge(bare), "/home/ada", createColors(false))).toBe(`This machine
  Node                24.21.0
  npm                 11.0.0
  docker              not found
  kubectl             not found
  gcloud              not found
  Go                  not found
  engine              not found
  cache               ~/.cache/slipway, 115 MB used, 80.0 GB free on its disk
  sandbox             ~/shop/.slipway/sandbox, nothing deployed yet
  local cloud         stopped
  Kubernetes          not found
  cluster             none
  Prometheus          not found
  Pulumi login        not found
  Google credentials  not found

What works now
  yes  slipway plan
  yes  slipway preview|up|refresh|destroy --stack S --sandbox   (or S = sandbox)
         the first run downloads an engine, or builds one in three to four minutes
  yes  slipway sandbox kubernetes start
         the first start builds Kubernetes in about five minutes
  yes  slipway sandbox prometheus start
         the first start fetches Prometheus from Debian's packages within seconds, or builds it in about five minutes
  no   slipway preview|up|refresh|destroy --stack S
         needs a place for Pulumi's state: pulumi login
         needs Google Cloud credentials: gcloud auth application-default login
  no   pulumi preview --stack S --policy-pack policies/security
         needs pulumi on PATH: curl -fsSL https://get.pulumi.com | sh   or see https://www.pulumi.com/docs/install/
         needs a place for Pulumi's state: pulumi login
         needs Google Cloud credentials: gcloud auth application-default login`);
});

test("facts are gathered without a value of the environment, and a dead cloud's file counts as stopped", async () => {
  const root = await mkdtemp(join(tmpdir(), "slipway-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const env = {
    HOME: root,
    PATH: join(root, "bin"),
    SLIPWAY_CACHE: join(root, "cache"),
    PULUMI_HOME: join(root, "pulumi"),
    PULUMI_ACCESS_TOKEN: "pul-0123456789",
    GOOGLE_CREDENTIALS: '{"private_key": "hunter2"}',
  };
  const paths = sandboxPaths(root);
  await mkdir(paths.cloud, { recursive: true });
  const endpoint = (pid: number) =>
    writeFile(join(paths.cloud, "endpoint.json"), JSON.stringify({ pid, token: "hunter3" }));

  // Above the largest process id that Linux and macOS give.
  await endpoint(2 ** 31 - 1);
  const facts = await gatherFacts(root, env);
  expect(facts).toMatchObject({
    engine: { engine: undefined, onPath: "there is none", go: undefined, cache: { used: 0 } },
    sandbox: { hasState: false, cloud: "stopped" },
    tools: { docker: undefined, npm: undefined },
    login: "PULUMI_ACCESS_TOKEN",
    googleCredentials: "GOOGLE_CREDENTIALS",
  });
  expect(JSON.stringify(facts)).not.toMatch(/hunter|pul-/);

  await endpoint(process.pid);
  await mkdir(join(paths.state, ".pulumi", "stacks", "slipway"), { recursive: true });
  await writeFile(join(paths.state, ".pulumi", "stacks", "slipway", "sandbox.json"), "{}");
  expect((await gatherFacts(root, env)).sandbox).toEqual({
    folder: paths.folder,
    hasState: true,
    cloud: "running",
  });
});
