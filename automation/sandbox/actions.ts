import { rmSync } from "node:fs";
import { join } from "node:path";
import { createColors } from "picocolors";
import {
  CloudClient,
  CloudNotRunningError,
  generateLoad,
  resetCloud,
  startCloud,
  stopCloud,
} from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { runningPrometheus, stopPrometheus } from "../../sandbox/prometheus/run.ts";
import { ask } from "../ask.ts";
import { claimedStacks } from "../deploy/claim.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { showsColor } from "../terminal.ts";
import { endCluster } from "./kubernetes-end.ts";
import { renderLoad, renderStatus } from "./render.ts";

/** Options that the subcommands share. */
export interface SandboxFlags {
  readonly json?: true;
}

// Not what picocolors finds by itself: that colours files, too, where CI is set.
const paint = () => createColors(showsColor(process.stdout));
const say = (message: string) => process.stderr.write(`${message}\n`);
const print = (flags: SandboxFlags, value: unknown, text: string) =>
  console.log(flags.json ? JSON.stringify(value, null, 2) : text);

/** `slipway sandbox start` */
export async function start(root: string, flags: SandboxFlags): Promise<void> {
  const report = flags.json ? {} : { report: say };
  const client = await startCloud(sandboxPaths(root).cloud, report);
  const [cloud, services] = [await client.status(), await client.listServices()];
  print(flags, { running: true, cloud, services }, renderStatus(cloud, services, paint()));
}

/** `slipway sandbox stop` */
export async function stop(root: string, flags: SandboxFlags): Promise<void> {
  const paths = sandboxPaths(root);
  if (!flags.json) say("stopping the local cloud");
  const stopped = await stopCloud(paths.cloud);
  const cluster = await endCluster(paths.kubernetes);
  const prometheus = await stopPrometheus(paths.prometheus);
  const text = stopped
    ? "The local cloud is stopped. Its services come back with `slipway sandbox start`."
    : "The local cloud was not running.";
  print(
    flags,
    {
      stopped,
      ...(cluster && { kubernetes: { stopped: true, origin: cluster.origin } }),
      ...(prometheus && { prometheus: { stopped: true } }),
    },
    [text, ...(cluster ? [cluster.text] : []), ...(prometheus ? ["Prometheus is stopped."] : [])].join("\n"),
  );
}

/** `slipway sandbox status` */
export async function status(root: string, flags: SandboxFlags): Promise<void> {
  const paths = sandboxPaths(root);
  const prometheus = runningPrometheus(paths.prometheus);
  const also = prometheus && { prometheus };
  const line = prometheus ? `\n\nPrometheus runs: ${prometheus.url}` : "";
  let client: CloudClient;
  try {
    client = await CloudClient.connect(paths.cloud);
  } catch (error) {
    if (!(error instanceof CloudNotRunningError)) throw error;
    print(flags, { running: false, ...also }, error.message + line);
    return;
  }
  const [cloud, services] = [await client.status(), await client.listServices()];
  const text = renderStatus(cloud, services, paint());
  print(flags, { running: true, cloud, services, ...also }, text + line);
}

/** `slipway sandbox reset` */
export async function reset(root: string, flags: SandboxFlags & { readonly yes?: true }): Promise<void> {
  const paths = sandboxPaths(root);
  const claims = join(paths.folder, "project");
  await refuseWhileDeploying(claims);
  if (!flags.yes) {
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new CommandFailure(
        `reset deletes ${paths.folder} and asks first, which it can't here: add --yes.`,
        EXIT.usage,
      );
    }
    say(`This stops the local cloud and deletes ${paths.folder}:`);
    say(
      "its services and secrets, its Kubernetes cluster, what its Prometheus measured, the state and the ledger of every stack deployed to the sandbox, and the passphrase of that state.",
    );
    if (!/^y(es)?$/i.test(await ask("Delete it? [y/N] "))) {
      print(flags, { reset: false }, "Nothing was deleted.");
      return;
    }
    // The answer may have taken its time.
    await refuseWhileDeploying(claims);
  }
  if (!flags.json) say("stopping the local cloud");
  await resetCloud(paths.cloud);
  await endCluster(paths.kubernetes);
  await stopPrometheus(paths.prometheus);
  rmSync(paths.folder, { recursive: true, force: true });
  print(flags, { reset: true, deleted: paths.folder }, `Deleted ${paths.folder}. Begin anew with npm start.`);
}

/** @throws CommandFailure when a deployment works in this sandbox now */
async function refuseWhileDeploying(folder: string): Promise<void> {
  const [stack] = await claimedStacks(folder);
  if (stack === undefined) return;
  throw new CommandFailure(
    `a run works on the stack "${stack}" in this sandbox; let it end, then reset. (One that was killed counts for ten seconds more.)`,
  );
}

/** Options of `slipway sandbox load`, numbers parsed. */
export interface LoadFlags extends SandboxFlags {
  readonly rps: number;
  readonly seconds: number;
  readonly path?: string[];
  readonly tag?: string;
  readonly concurrency?: number;
}

/** `slipway sandbox load SERVICE|URL` */
export async function load(root: string, target: string, flags: LoadFlags): Promise<void> {
  const url = /^https?:\/\//.test(target) ? target : await addressOf(root, target, flags.tag);
  const cancel = new AbortController();
  const interrupted = () => cancel.abort();
  process.once("SIGINT", interrupted);
  if (!flags.json)
    say(`sending ${flags.rps} requests/s to ${url} for ${flags.seconds} s (Ctrl-C ends early)`);
  try {
    const summary = await generateLoad({
      url,
      requestsPerSecond: flags.rps,
      seconds: flags.seconds,
      signal: cancel.signal,
      ...(flags.json || !process.stderr.isTTY ? {} : { progress: showProgress }),
      ...(flags.path ? { paths: flags.path } : {}),
      ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
    });
    if (!flags.json && process.stderr.isTTY) process.stderr.write("\r\u001b[K");
    print(flags, summary, renderLoad(summary));
  } finally {
    process.off("SIGINT", interrupted);
  }
}

/** Redraws one line; the summary that comes at last begins on a line of its own. */
function showProgress(sent: number, failed: number, seconds: number): void {
  process.stderr.write(`\r\u001b[K${seconds.toFixed(0)} s: ${sent} sent, ${failed} without an answer`);
}

async function addressOf(root: string, name: string, tag: string | undefined): Promise<string> {
  const client = await CloudClient.connect(sandboxPaths(root).cloud);
  const services = await client.listServices();
  const found = services.filter((service) => service.name === name || service.id === name);
  const [service] = found;
  if (!service || found.length > 1) {
    const known = (found.length > 1 ? found.map(({ id }) => id) : services.map((each) => each.name)).join(
      ", ",
    );
    throw new CommandFailure(
      found.length > 1
        ? `several services are called "${name}": name one by its id (${known}).`
        : `the local cloud has no service "${name}". It has: ${known || "none; deploy some with npm start"}.`,
      EXIT.usage,
    );
  }
  if (tag === undefined) return service.url;
  const url = service.tagUrls[tag];
  if (url !== undefined) return url;
  const tags = Object.keys(service.tagUrls).join(", ") || "none";
  throw new CommandFailure(`service "${name}" has no tag "${tag}". It has: ${tags}.`, EXIT.usage);
}
