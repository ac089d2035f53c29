import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exclusively } from "../exclusively.ts";
import type { Report } from "../progress.ts";
import { CloudNotRunningError } from "./api.ts";
import { CloudClient } from "./client.ts";
import { readEndpoint } from "./endpoint.ts";
import { cloudFiles, makePrivateFolder } from "./files.ts";
import { awaitEnd, endRecorded, markProcess, signalGroup } from "./processes.ts";

/** Longest that the process may take until it answers, in seconds; it takes half of one. */
const ANSWER_SECONDS = 60;
/** Longest that a stop may take: the instances have 10 s to end, in seconds. */
const STOP_SECONDS = 30;

/**
 * The client of this folder's cloud, which is started if it does not run. Resolves when it answers and the services
 * of its saved state are back (or found unable to be). Two calls at once, in any processes, give one cloud.
 *
 * @throws Error when it can't start, with the end of its log
 */
export async function startCloud(folder: string, options: { report?: Report } = {}): Promise<CloudClient> {
  makePrivateFolder(folder);
  const client = await exclusively(folder, async () => {
    const running = await connected(folder);
    if (running) return running;
    options.report?.("starting the local cloud");
    return await launchCloud(folder);
  });
  let reported = 0;
  for (let { restoring } = await client.status(); restoring > 0; { restoring } = await client.status()) {
    if (restoring !== reported) {
      options.report?.(`waiting for ${restoring} ${restoring === 1 ? "service" : "services"} to come back`);
    }
    reported = restoring;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return client;
}

/**
 * Stops this folder's cloud and every process of it; its state stays. What a killed cloud left behind is ended, too.
 *
 * @returns whether a cloud ran
 */
export async function stopCloud(folder: string): Promise<boolean> {
  makePrivateFolder(folder);
  return await exclusively(folder, () => stopUnlocked(folder));
}

/** Stops this folder's cloud and deletes its state: services, secrets, logs. */
export async function resetCloud(folder: string): Promise<void> {
  makePrivateFolder(folder);
  await exclusively(folder, () => stopUnlocked(folder));
  rmSync(folder, { recursive: true, force: true });
}

async function stopUnlocked(folder: string): Promise<boolean> {
  const files = cloudFiles(folder);
  const client = await connected(folder);
  if (client) {
    const mark = markProcess((await client.status()).pid);
    await client.requestStop();
    if (mark && (await awaitEnd([mark], STOP_SECONDS)).length > 0) signalGroup(mark.pid, "SIGKILL");
    if (mark) await awaitEnd([mark], 5);
  }
  await endRecorded(files.processes);
  rmSync(files.instances, { recursive: true, force: true });
  for (const path of [files.endpoint, files.targets]) rmSync(path, { force: true });
  return client !== undefined;
}

async function connected(folder: string): Promise<CloudClient | undefined> {
  try {
    return await CloudClient.connect(folder);
  } catch (error) {
    if (error instanceof CloudNotRunningError) return undefined;
    throw error;
  }
}

async function launchCloud(folder: string): Promise<CloudClient> {
  const files = cloudFiles(folder);
  // What a killed cloud wrote would name an address that someone else may have by now.
  rmSync(files.endpoint, { force: true });
  const log = openSync(files.log, "w", 0o600);
  const child = spawn(process.execPath, [fileURLToPath(new URL("./main.ts", import.meta.url)), folder], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", log, log],
    // None of the user's own variables: a credential that the cloud never sees, it can't pass on.
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: process.env.HOME ?? "/" },
  });
  closeSync(log);
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended = signal ?? `code ${code}`;
  });
  child.unref();
  const deadline = performance.now() + 1000 * ANSWER_SECONDS;
  while (ended === undefined && performance.now() < deadline) {
    if (readEndpoint(folder)) {
      const client = await connected(folder);
      if (client) return client;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (ended === undefined && child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
  const why = ended === undefined ? `did not answer within ${ANSWER_SECONDS} s` : `ended with ${ended}`;
  const lines = readFileSync(files.log, "utf8").trim().split("\n").slice(-5).join("\n");
  throw new Error(
    `The local cloud could not be started: its process ${why}. The end of ${files.log}:\n${lines}`,
  );
}
