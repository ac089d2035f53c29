import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { ensureEngine, NoEngineError } from "../sandbox/engine/index.ts";
import { findDefinitions } from "../sandbox/kubernetes/definitions.ts";
import { findKubebox, stopCluster } from "../sandbox/kubernetes/index.ts";
import type {} from "./support/cluster.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Why there is no engine; empty when there is one. */
    engineProblem: string;
  }
}

/**
 * Gets an engine, with progress, before the first test. Without one only the tests that need it fail, and say why.
 * Names the folder of the run's cluster, which the first test that needs it starts, and ends it after the last test.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    await ensureEngine({ report: (message) => console.log(message) });
    project.provide("engineProblem", "");
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    console.error(error.message);
    project.provide("engineProblem", error.message);
  }
  // Made by whoever starts the cluster, and removed with it even if this process is killed.
  const folder = join(tmpdir(), `slipway-cluster-${randomBytes(5).toString("hex")}`);
  project.provide("cluster", { folder, owner: process.pid, problem: await clusterProblem() });
  return async () => {
    await stopCluster(folder);
    rmSync(folder, { recursive: true, force: true });
  };
}

async function clusterProblem(): Promise<string> {
  const there = (await findKubebox()) !== undefined && (await findDefinitions()) !== undefined;
  return there ? "" : "no Kubernetes here yet: npm run parts kubernetes";
}
