import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { lastLines, run } from "../engine/run.ts";
import { exclusively } from "../exclusively.ts";
import type { Report } from "../progress.ts";
import { apply, clusterClient } from "./client.ts";
import { type ClusterConnection, writeConnection } from "./connection.ts";
import { ensureDefinitions } from "./definitions.ts";
import { ClusterError } from "./errors.ts";
import { clusterFiles } from "./files.ts";
import { customFurniture } from "./furniture.ts";
import { areServed, installDefinitions } from "./install.ts";
import { findKubebox } from "./kubebox.ts";
import { ClusterProcesses } from "./processes.ts";
import { startStandIns } from "./stand-ins.ts";

/** Seconds that definitions may take until they are served. */
const SERVED_SECONDS = 60;

/** Whether `kind` is on PATH, and Docker runs. */
export async function canUseKind(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  for (const [command, ...args] of [
    ["kind", "version"],
    ["docker", "info"],
  ] as const) {
    const { code } = await run(command, args, { env, timeout: 10_000 });
    if (code !== 0) return false;
  }
  return true;
}

/** The name of a folder's cluster among all that kind made. */
function kindName(folder: string): string {
  return `slipway-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`;
}

export interface KindOptions {
  readonly folder: string;
  readonly cloud?: string;
  readonly report: Report;
}

/**
 * A cluster made by kind, whose pods run in Docker; one of an earlier start is used again. It gets the definitions, and
 * the stand-ins for what kind has not: External Secrets, cert-manager, gateways, load balancers. Metrics it has none.
 *
 * @throws ClusterError with what kind said
 */
export async function startKind({ folder, cloud, report }: KindOptions): Promise<ClusterConnection> {
  const definitions = await ensureDefinitions({ report });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return await exclusively(folder, async () => {
    const { kubeconfig } = clusterFiles(folder);
    const name = kindName(folder);
    const there = (await kind(["get", "clusters"])).split("\n").includes(name);
    report(there ? `using the kind cluster ${name}` : `making the kind cluster ${name}: about a minute`);
    const where = ["--name", name, "--kubeconfig", kubeconfig];
    await kind(
      there ? ["export", "kubeconfig", ...where] : ["create", "cluster", ...where, "--wait", "120s"],
    );

    const connection: ClusterConnection = {
      kubeconfig,
      context: `kind-${name}`,
      origin: "kind",
      level: "real",
    };
    const client = clusterClient(connection);
    await installDefinitions(client, definitions);
    const deadline = performance.now() + 1000 * SERVED_SECONDS;
    while (!(await areServed(client, customFurniture()))) {
      if (performance.now() > deadline) {
        throw new ClusterError(`The kind cluster ${name} did not serve gateways within ${SERVED_SECONDS} s.`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await Promise.all(customFurniture().map((object) => apply(client, object)));
    const processes = new ClusterProcesses(folder);
    await processes.kill();
    const binary = await findKubebox();
    startStandIns(processes, { ...connection, folder, binary, cloud });
    writeConnection(folder, connection);
    return connection;
  });
}

/** Deletes the cluster that kind made for this folder. */
export async function deleteKind(folder: string): Promise<void> {
  await kind(["delete", "cluster", "--name", kindName(folder)]);
}

async function kind(args: readonly string[]): Promise<string> {
  const result = await run("kind", args);
  if (result.code === 0) return result.stdout;
  throw new ClusterError(`kind ${args.join(" ")} failed: ${result.failure ?? lastLines(result)}`);
}
