import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { isFree, takePort } from "../cloud/ports.ts";
import { awaitEnd, isRunning, markProcess, type ProcessMark, signalGroup } from "../cloud/processes.ts";
import { exclusively } from "../exclusively.ts";
import { PrometheusClient } from "./client.ts";
import { type PrometheusConfig, type PrometheusConfigOptions, prometheusConfig } from "./config.ts";
import { PrometheusError } from "./errors.ts";
import { ensurePrometheus, type PrometheusTools } from "./tools.ts";

/** Seconds that it may take until it is ready; it takes a fifth of one, and more with much to read. */
const READY_SECONDS = 60;
/** Seconds that it may take to end when it is asked to; then it is killed. It takes a tenth of one. */
const STOP_SECONDS = 10;

const watcher = fileURLToPath(new URL("./watch-main.ts", import.meta.url));

/** The names of what a Prometheus keeps in its folder. */
export const prometheusFiles = (folder: string) => ({
  config: join(folder, "prometheus.yaml"),
  data: join(folder, "data"),
  log: join(folder, "prometheus.log"),
  /** Rules that it is given while it runs. */
  rules: join(folder, "rules"),
  /** Files of targets that come and go while it runs: what repeats a system's smoke tests. */
  targets: join(folder, "targets"),
  /** Which process it is, and where it answers. */
  process: join(folder, "process.json"),
});

export interface StartPrometheusOptions extends PrometheusConfigOptions {
  /** Where it keeps everything: configuration, data, log. What an earlier start measured is there again. */
  readonly folder: string;
  /** Prometheus' own configuration, instead of one that is made of the options above. */
  readonly config?: PrometheusConfig;
  /** Default: the port of the last start in this folder where that is free, else any free one. */
  readonly port?: number;
  /** Id of a process with which it ends, however that ends; its folder is removed then, too. Default: it stays until it is stopped. */
  readonly endsWith?: number;
  /** Default: those of this machine, which are made where they are missing, without a word. */
  readonly tools?: PrometheusTools;
}

/** A Prometheus that runs. */
export interface RunningPrometheus {
  /** `http://127.0.0.1:20123` */
  readonly url: string;
  readonly pid: number;
  /** In ISO 8601. */
  readonly startedAt: string;
}

/** What `process.json` holds. */
interface Recorded {
  readonly url: string;
  readonly startedAt: string;
  readonly server: ProcessMark;
  readonly watcher?: ProcessMark;
}

/**
 * Starts Prometheus on 127.0.0.1 and resolves when it is ready. It outlives the caller, unless `endsWith` names it.
 *
 * @throws PrometheusError when one runs in this folder already, or with the end of its log when it can't be started
 */
export async function startPrometheus(
  options: StartPrometheusOptions,
): Promise<RunningPrometheus & { readonly stop: () => Promise<void> }> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tools = options.tools ?? (await ensurePrometheus({ report: () => {} }));
  const running = await exclusively(folder, async () => {
    const already = runningPrometheus(folder);
    if (already) throw new PrometheusError(`A Prometheus of ${folder} runs already, at ${already.url}.`);
    return await launch(options, tools);
  });
  return {
    ...running,
    stop: async () => {
      await stopPrometheus(folder);
    },
  };
}

/** The Prometheus of this folder, if it runs. */
export function runningPrometheus(folder: string): RunningPrometheus | undefined {
  const recorded = read(folder);
  if (!recorded || !isRunning(recorded.server)) return undefined;
  return { url: recorded.url, pid: recorded.server.pid, startedAt: recorded.startedAt };
}

/** Ends the Prometheus of this folder; what it measured stays. @returns whether one ran */
export async function stopPrometheus(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  return await exclusively(folder, async () => {
    const recorded = read(folder);
    if (!recorded) return false;
    const marks = [recorded.server, ...(recorded.watcher ? [recorded.watcher] : [])];
    const ran = isRunning(recorded.server);
    for (const { pid } of marks.filter(isRunning)) signalGroup(pid, "SIGTERM");
    for (const { pid } of await awaitEnd(marks, STOP_SECONDS)) signalGroup(pid, "SIGKILL");
    await awaitEnd(marks, STOP_SECONDS);
    // The address stays: the next start takes the same port, if it can.
    return ran;
  });
}

async function launch(options: StartPrometheusOptions, tools: PrometheusTools): Promise<RunningPrometheus> {
  const { folder, endsWith } = options;
  const files = prometheusFiles(folder);
  const last = Number(new URL(read(folder)?.url ?? "http://none").port);
  const port = options.port ?? (last > 0 && (await isFree(last)) ? last : await takePort());
  writeFileSync(files.config, stringify(options.config ?? prometheusConfig(options)), { mode: 0o600 });
  const log = openSync(files.log, "w", 0o600);
  const server = spawn(tools.prometheus, flags(folder, port), detached(folder, log));
  closeSync(log);
  let ended: string | undefined;
  server.once("error", (error) => {
    ended = error.message;
  });
  server.once("exit", (code, signal) => {
    ended = signal ?? `code ${code}`;
  });
  server.unref();
  const mark = server.pid === undefined ? undefined : markProcess(server.pid);
  const url = `http://127.0.0.1:${port}`;
  const startedAt = new Date().toISOString();
  if (mark) {
    const watching = endsWith === undefined ? undefined : watch(folder, endsWith, mark);
    const recorded: Recorded = { url, startedAt, server: mark, ...(watching && { watcher: watching }) };
    writeFileSync(files.process, JSON.stringify(recorded), { mode: 0o600 });
  }
  const client = new PrometheusClient(url);
  const deadline = performance.now() + 1000 * READY_SECONDS;
  while (!(await client.ready()) || ended !== undefined) {
    if (ended !== undefined || performance.now() > deadline) {
      if (mark) signalGroup(mark.pid, "SIGKILL");
      const why = ended === undefined ? `was not ready within ${READY_SECONDS} s` : `ended with ${ended}`;
      throw new PrometheusError(
        `Prometheus could not be started: its process ${why}. The end of ${files.log}:\n${lastLines(files.log)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url, pid: server.pid ?? 0, startedAt };
}

function flags(folder: string, port: number): string[] {
  const { config, data } = prometheusFiles(folder);
  return [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    // A local cloud's metrics take some megabytes a day.
    "--storage.tsdb.retention.size=512MB",
    `--web.listen-address=127.0.0.1:${port}`,
    // An alert that fires before the Alertmanager is found, five seconds after the start, would wait a minute.
    "--rules.alert.resend-delay=5s",
    "--web.enable-lifecycle",
    // By default any web page that this machine's browser shows may read it.
    "--web.cors.origin=http://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?",
  ];
}

/** In a group of its own, with none of the user's own variables. */
function detached(cwd: string, log: number | "ignore") {
  return {
    cwd,
    detached: true,
    stdio: ["ignore" as const, log, log],
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: process.env.HOME ?? "/" },
  };
}

/** Starts the process that ends this Prometheus when another process has ended. */
function watch(folder: string, owner: number, server: ProcessMark): ProcessMark | undefined {
  // One that is gone already has no mark; any that can't run stands for it.
  const told = { folder, server, owner: markProcess(owner) ?? { pid: owner, started: "" } };
  const child = spawn(process.execPath, [watcher, JSON.stringify(told)], detached(folder, "ignore"));
  child.once("error", () => {});
  child.unref();
  return child.pid === undefined ? undefined : markProcess(child.pid);
}

function read(folder: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(prometheusFiles(folder).process, "utf8")) as Recorded;
  } catch {
    return undefined;
  }
}

function lastLines(path: string, count = 5): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}
