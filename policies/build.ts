/**
 * Builds the packs to a package that is used outside this repository: JavaScript, since Node runs TypeScript only outside
 * `node_modules`, its types, and for each pack a folder that `pulumi … --policy-pack` takes, and one for all of them in one process.
 *
 *     node policies/build.ts             into policies/dist
 *     node policies/build.ts FOLDER
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const here = import.meta.dirname;
const target = resolve(process.argv[2] ?? join(here, "dist"));

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly license: string;
  readonly version: string;
}

const own = JSON.parse(readFileSync(join(here, "..", "package.json"), "utf8")) as PackageFile;

/** What the packs import at run time. Pulumi's own are the user's, who may have a newer one. */
const DEPENDENCIES = ["@grpc/grpc-js", "google-protobuf", "zod"];
const PEERS = ["@pulumi/pulumi"];

function versions(names: readonly string[], range = ""): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, `${range}${own.dependencies[name]}`]));
}

const manifest = {
  name: "@slipway/policies",
  version: own.version,
  description:
    "Policy packs for Pulumi programs and Kubernetes manifests: security, reliability, objectives and cost on Google Cloud, Cloud Run, Atlas and Kubernetes.",
  license: own.license,
  type: "module",
  main: "./library.js",
  types: "./library.d.ts",
  exports: {
    ".": { types: "./library.d.ts", default: "./library.js" },
    "./package.json": "./package.json",
  },
  dependencies: versions(DEPENDENCIES),
  peerDependencies: versions(PEERS, "^"),
};

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const compiled = spawnSync(process.execPath, [compiler, "--project", here, "--outDir", target], {
  stdio: "inherit",
});
if (compiled.status !== 0) process.exit(1);

writeFileSync(join(target, "package.json"), json(manifest));
writeFileSync(join(target, "LICENSE"), readFileSync(join(here, "..", "LICENSE"), "utf8"));
/** Makes a folder that `--policy-pack` takes: Pulumi starts what its package.json calls main. */
function makePack(folder: string, settings: string): void {
  mkdirSync(join(target, folder), { recursive: true });
  const facts = { name: `slipway-policies-${folder}`, version: own.version, private: true, type: "module" };
  writeFileSync(join(target, folder, "package.json"), json({ ...facts, main: "index.js" }));
  const text = readFileSync(join(here, settings), "utf8");
  writeFileSync(join(target, folder, "PulumiPolicy.yaml"), text.replace("main.mts", "index.js"));
}

for (const pack of ["security", "reliability", "slo", "cost"]) makePack(pack, `${pack}/PulumiPolicy.yaml`);
makePack("all", "PulumiPolicy.yaml");
writeFileSync(join(target, "all", "index.js"), 'import "../index.js";\n');
