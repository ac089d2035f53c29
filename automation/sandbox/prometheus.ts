import { join } from "node:path";
import { createColors } from "picocolors";
import { cloudFiles, makePrivateFolder } from "../../sandbox/cloud/files.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { PrometheusClient } from "../../sandbox/prometheus/client.ts";
import {
  prometheusFiles,
  runningPrometheus,
  startPrometheus,
  stopPrometheus,
} from "../../sandbox/prometheus/run.ts";
import { ensurePrometheus } from "../../sandbox/prometheus/tools.ts";
import { showsColor } from "../terminal.ts";
import { type PrometheusStatus, renderPrometheus } from "./prometheus-render.ts";

/** Options that the subcommands share. */
export interface PrometheusFlags {
  readonly json?: true;
}

/** Seconds between two looks at the local cloud. */
const INTERVAL = 5;

/** `slipway sandbox prometheus start` */
export async function start(root: string, flags: PrometheusFlags): Promise<void> {
  const { prometheus: folder, cloud } = sandboxPaths(root);
  const report = flags.json ? () => {} : (message: string) => void process.stderr.write(`${message}\n`);
  if (runningPrometheus(folder)) report("Prometheus runs already.");
  else {
    const tools = await ensurePrometheus({ report });
    // A file can be followed only in a folder that is there.
    makePrivateFolder(cloud);
    const { rules, targets } = prometheusFiles(folder);
    for (const followed of [rules, targets]) makePrivateFolder(followed);
    report("starting Prometheus");
    await startPrometheus({
      folder,
      tools,
      scrape: [
        { name: "local-cloud", targetsFile: cloudFiles(cloud).targets },
        { name: "smoke", targetsFile: join(targets, "*.json") },
      ],
      ruleFiles: [join(rules, "*.yaml")],
      intervalSeconds: INTERVAL,
    });
  }
  await status(root, flags);
}

/** `slipway sandbox prometheus stop` */
export async function stop(root: string, flags: PrometheusFlags): Promise<void> {
  const stopped = await stopPrometheus(sandboxPaths(root).prometheus);
  const text = stopped
    ? "Prometheus is stopped. What it measured comes back with `slipway sandbox prometheus start`."
    : "Prometheus was not running.";
  console.log(flags.json ? JSON.stringify({ stopped }, null, 2) : text);
}

/** `slipway sandbox prometheus status` */
export async function status(root: string, flags: PrometheusFlags): Promise<void> {
  const found = await prometheusStatus(sandboxPaths(root).prometheus);
  // Not what picocolors finds by itself: that colours files, too, where CI is set.
  const text = () => renderPrometheus(found, createColors(showsColor(process.stdout)));
  console.log(flags.json ? JSON.stringify(found, null, 2) : text());
}

async function prometheusStatus(folder: string): Promise<PrometheusStatus> {
  const running = runningPrometheus(folder);
  if (!running) return { running: false };
  const client = new PrometheusClient(running.url);
  const [targets, rules, alerts] = await Promise.all([client.targets(), client.rules(), client.alerts()]);
  return { running: true, ...running, rulesFolder: prometheusFiles(folder).rules, targets, rules, alerts };
}
