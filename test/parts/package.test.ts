import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plan } from "../../automation/plan/plan.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "slipway-package-"));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** A program of somebody else's, in JavaScript, that has the library from its package. */
const PROGRAM = `
import { newScope, Network, Service } from "@slipway/components";
const scope = newScope({ system: "shop", environment: "staging", project: "shop-staging", region: "us-east1" });
const network = new Network("shop-network", { scope });
const probe = (path, failureThreshold) => ({ path, period: "5 s", failureThreshold });
const api = new Service("shop-api", {
  scope, network, service: "api", runtime: "cloud-run", image: "shop/api:1.0.0",
  resources: { cpu: 1, memory: "512 MiB" },
  probes: { startup: probe("/started", 12), liveness: probe("/alive", 3), readiness: probe("/ready", 2) },
  scaling: { min: 1, max: 3, cpuPercent: 60 },
  capacity: { perInstance: 10, peak: 20, source: "a load test" },
  environment: {}, secrets: {}, exposure: "internal", objectives: [],
});
export const url = api.url;
`;

test("the library is built to a package that a program outside uses", { timeout: 180_000 }, async () => {
  const library = join(root, "node_modules", "@slipway", "components");
  await mkdir(library, { recursive: true });
  execFileSync(process.execPath, [
    "node_modules/typescript/bin/tsc",
    "--project",
    "components",
    "--outDir",
    join(library, "dist"),
  ]);
  await cp("components/package.json", join(library, "package.json"));
  const { dependencies, peerDependencies } = JSON.parse(await readFile("components/package.json", "utf8"));
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    await mkdir(dirname(join(root, "node_modules", name)), { recursive: true });
    await symlink(join(process.cwd(), "node_modules", name), join(root, "node_modules", name));
  }
  await writeFile(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nmain: index.js\n");
  await writeFile(join(root, "Pulumi.staging.yaml"), "config: {}\n");
  await writeFile(join(root, "package.json"), '{"type": "module"}\n');
  await writeFile(join(root, "index.js"), PROGRAM);
  const { resources } = await plan({ root, stack: "staging" });
  expect(resources.map(({ type }) => type)).toContain("gcp:cloudrunv2/service:Service");
});
