import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packs } from "../../policies/catalogue.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import { testProject, writeFiles } from "./support.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder of somebody else's, with the packs installed as npm installs them. */
let outside: string;
let installed: string;

beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), "slipway-policies-package-"));
  installed = join(outside, "node_modules", "@slipway", "policies");
  const built = join(outside, "built");
  execFileSync(process.execPath, [join(root, "policies/build.ts"), built]);
  const packed = execFileSync("npm", ["pack", built, "--silent"], { cwd: outside, encoding: "utf8" }).trim();
  await mkdir(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(outside, packed), "--strip-components=1", "-C", installed]);
  const { dependencies, peerDependencies } = await manifest();
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = join(outside, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, "node_modules", name), link);
  }
}, 120_000);

afterAll(() => rm(outside, { recursive: true, force: true }));

/** The manifest of the package as it is installed. */
async function manifest(): Promise<{
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}> {
  return JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
}

test("the package needs what it says and nothing else, and is of the project's version", async () => {
  const { version, dependencies, peerDependencies } = await manifest();
  const project = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  expect(version).toBe(project.version);
  const files = globSync("**/*.js", { cwd: installed });
  expect(files.length).toBeGreaterThan(100);
  const imported = new Set<string>();
  for (const file of files) {
    const text = await readFile(join(installed, file), "utf8");
    for (const [, name = ""] of text.matchAll(/^(?:import|export)\b[^"]*\bfrom "([^".][^"]*)"/gm)) {
      if (!name.startsWith("node:")) imported.add(/^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    }
  }
  expect([...imported].sort()).toEqual(Object.keys({ ...dependencies, ...peerDependencies }).sort());
  for (const [name, range] of Object.entries({ ...dependencies, ...peerDependencies }))
    expect(range, name).toContain(project.dependencies[name]);
});

const JUDGE = `
import { evaluate, packs, readPolicySettings, security } from "@slipway/policies";
const pod = { containers: [{ name: "web", image: "nginx:latest" }] };
const manifest = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" },
  spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: pod } },
};
const resources = [{ urn: "urn:kubernetes:production::web.yaml::Deployment::web", type: "kubernetes:apps/v1:Deployment", name: "web", props: manifest }];
const { value: settings } = readPolicySettings({ enforcement: { "pinned-image": "disabled" } }, packs, "2026-01-01");
const ids = (results) => [...new Set(results.map(({ policy }) => policy))];
console.log(JSON.stringify({
  policies: packs.flatMap((pack) => pack.policies.map(({ id }) => id)),
  found: ids(evaluate([security], resources)),
  without: ids(evaluate([security], resources, { settings })),
}));`;

test("the packs judge plain manifests in a program of somebody else's", async () => {
  await writeFiles(outside, { "judge.mjs": JUDGE });
  const said = JSON.parse(execFileSync(process.execPath, [join(outside, "judge.mjs")], { encoding: "utf8" }));
  expect(said.policies).toEqual(packs.flatMap((pack) => pack.policies.map(({ id }) => id)));
  expect(said.found).toContain("pinned-image");
  expect(said.without).toEqual(said.found.filter((id: string) => id !== "pinned-image"));
});

const OWN = `
import { each, type Pack, type Policy, violation } from "@slipway/policies";
const ownerStated: Policy = {
  id: "owner-stated",
  title: "A Deployment must say who owns it.",
  severity: "low",
  level: "mandatory",
  why: "Nobody else knows whom to wake.",
  fix: "Give it the label owner.",
  types: ["kubernetes:apps/v1:Deployment"],
  check: ({ props }) =>
    each([props.at("metadata", "labels", "owner")], (owner) => owner.present ? undefined : violation(owner, "is missing")),
};
export const house: Pack = { name: "house", description: "The house's own rules.", policies: [ownerStated] };
`;

test("its types are whole: a policy of somebody else's is checked against them", async () => {
  await writeFiles(outside, {
    "own/house.ts": OWN,
    "own/wrong.ts": `import type { Policy } from "@slipway/policies";\nexport const wrong: Policy = { id: 5 };\n`,
  });
  const compile = (file: string) => {
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", "node"];
    const roots = ["--typeRoots", join(root, "node_modules/@types"), "--skipLibCheck", "--ignoreConfig"];
    try {
      const compiler = join(root, "node_modules/typescript/bin/tsc");
      return execFileSync(process.execPath, [compiler, ...options, ...roots, join(outside, "own", file)], {
        cwd: outside,
        encoding: "utf8",
      });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(compile("house.ts")).toBe("");
  expect(compile("wrong.ts")).toContain("Type 'number' is not assignable to type 'string'");
});

/** A program of somebody else's, in JavaScript, with none of the components. */
const PROGRAM = `
import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
new gcp.storage.Bucket("uploads", { location: "EU", project: "shop-staging" });
new k8s.apps.v1.Deployment("web", {
  metadata: { name: "web", namespace: "shop" },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "nginx:latest", env: [{ name: "PASSWORD", value: "hunter2" }] }] },
    },
  },
});
`;

test("Pulumi runs the packs from the package over a program of somebody else's", {
  timeout: 240_000,
}, async () => {
  const project = await testProject({
    "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.js\n",
    "index.js": PROGRAM,
  });
  await installPlugins(project.paths, { node: process.execPath, root });
  const preview = (folder: string) => project.pulumi("preview", "--policy-pack", join(installed, folder));

  const security = await preview("security");
  expect(security.code, security.text).not.toBe(0);
  expect(security.text).toMatch(
    /\[mandatory\] +\[severity: critical\] +no-secret-in-environment +\(kubernetes:apps\/v1:Deployment: web\)/,
  );
  expect(security.text).toMatch(/pinned-image +\(kubernetes:apps\/v1:Deployment: web\)/);
  expect(security.text).not.toContain("hunter2");
  expect(security.text).not.toContain("resources-requested");

  const all = await preview("all");
  expect(all.code, all.text).not.toBe(0);
  expect(all.text).toMatch(/no-secret-in-environment +\(/);
  expect(all.text).toMatch(/resources-requested +\(/);

  await writeFiles(outside, {
    "house/PulumiPolicy.yaml": "runtime: {name: nodejs, options: {typescript: false}}\nmain: index.js\n",
    "house/package.json": '{"name": "house", "version": "1.0.0", "type": "module", "main": "index.js"}\n',
    "house/index.js": `import { servePacks } from "@slipway/policies";
import { house } from "./house.js";
servePacks(house, [house], import.meta.dirname);
`,
    "house/house.js": OWN.replace(/: (Policy|Pack) =/g, " =").replaceAll("type Pack, type Policy, ", ""),
  });
  const own = await project.pulumi("preview", "--policy-pack", join(outside, "house"));
  expect(own.code, own.text).not.toBe(0);
  expect(own.text).toContain("metadata.labels.owner is missing");
});
