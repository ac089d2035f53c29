import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awaitEnd, isRunning, markProcess, type ProcessMark, signalGroup } from "../cloud/processes.ts";
import { ClusterError } from "./errors.ts";
import { clusterFiles } from "./files.ts";

/** Seconds that killed processes may take to be gone. */
const END_SECONDS = 10;

/** What one process of a cluster is started with. */
export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to `PATH` and `HOME`; nothing else of the user's environment gets in. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The processes of the cluster in one folder. They outlive whoever started them; their ids are in a file, each with
 * its time of start, so that nobody else's process is ever taken for one of them. The file is read at every question:
 * whoever extends the cluster may have started more of them.
 */
export class ClusterProcesses {
  readonly #folder: string;
  /** Kept so that the ends of those started here are collected. */
  readonly #children: ChildProcess[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Names of those that were started and not stopped, in the order of their start. */
  get names(): string[] {
    return Object.keys(this.#read());
  }

  /** The process of that name, if it runs. */
  running(name: string): ProcessMark | undefined {
    const mark = this.#read()[name];
    return mark && isRunning(mark) ? mark : undefined;
  }

  /** Absolute path of what the process writes. */
  log(name: string): string {
    return join(clusterFiles(this.#folder).logs, `${name}.log`);
  }

  /** Starts a process in a group of its own, its output in a log that begins anew. @throws ClusterError when it can't be started */
  start(name: string, { command, args, env }: ProcessOptions): void {
    mkdirSync(clusterFiles(this.#folder).logs, { recursive: true, mode: 0o700 });
    const log = openSync(this.log(name), "w", 0o600);
    const child = spawn(command, args, {
      cwd: this.#folder,
      detached: true,
      stdio: ["ignore", log, log],
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: process.env.HOME ?? "/", ...env },
    });
    closeSync(log);
    // Why it could not be started is in `pid`'s absence; without a listener the event would end this process.
    child.once("error", () => {});
    child.unref();
    if (child.pid === undefined) {
      throw new ClusterError(`${name} could not be started: ${command} does not run.`);
    }
    const mark = markProcess(child.pid);
    if (mark === undefined) throw new ClusterError(this.describeEnd(name));
    this.#children.push(child);
    this.#write({ ...this.#read(), [name]: mark });
  }

  /** @throws ClusterError that names the first process that has ended by itself, with the last lines of its log */
  check(): void {
    const ended = this.names.find((name) => this.running(name) === undefined);
    if (ended !== undefined) throw new ClusterError(this.describeEnd(ended));
  }

  /** That a process has ended, and the last lines of what it said. */
  describeEnd(name: string): string {
    const log = this.log(name);
    return `The cluster's ${name} has ended. The end of ${log}:\n${lastLines(log)}`;
  }

  /** Kills the named ones (all, where none are named), the last started first, and waits until they are gone. */
  async kill(names: readonly string[] = this.names): Promise<void> {
    const marks = names.toReversed().flatMap((name) => this.running(name) ?? []);
    for (const mark of marks) signalGroup(mark.pid, "SIGKILL");
    const left = await awaitEnd(marks, END_SECONDS);
    if (left.length > 0) {
      const ids = left.map(({ pid }) => pid).join(", ");
      throw new ClusterError(`Processes ${ids} of the cluster in ${this.#folder} did not end when killed.`);
    }
    this.#write(Object.fromEntries(Object.entries(this.#read()).filter(([name]) => !names.includes(name))));
  }

  #read(): Record<string, ProcessMark> {
    try {
      return JSON.parse(readFileSync(clusterFiles(this.#folder).processes, "utf8"));
    } catch {
      return {};
    }
  }

  #write(marks: Record<string, ProcessMark>): void {
    const { processes } = clusterFiles(this.#folder);
    if (Object.keys(marks).length === 0) {
      rmSync(processes, { force: true });
      return;
    }
    const temporary = `${processes}.tmp`;
    writeFileSync(temporary, JSON.stringify(marks), { mode: 0o600 });
    renameSync(temporary, processes);
  }
}

function lastLines(path: string, count = 8): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch {
    return "(there is none)";
  }
}
