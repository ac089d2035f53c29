import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** A process that can be told from a later one of the same id. */
export interface ProcessMark {
  readonly pid: number;
  /** When it started, in the system's own words; compared, never read. */
  readonly started: string;
}

/** Marks a process, or undefined if there is none (one that ended but was not collected counts as none). */
export function markProcess(pid: number): ProcessMark | undefined {
  const started = process.platform === "linux" ? linuxStart(pid) : psStart(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether that very process still runs. */
export function isRunning(mark: ProcessMark): boolean {
  return markProcess(mark.pid)?.started === mark.started;
}

function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything, so count fields after the last one: state is 3rd, start is 22nd.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function psStart(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
  } catch {
    return undefined;
  }
}

/** Signals the process group that this process leads; says nothing if it is gone already. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone.
  }
}

/** Waits until none of the processes runs, at most `seconds`. Returns those that still do. */
export async function awaitEnd(marks: readonly ProcessMark[], seconds: number): Promise<ProcessMark[]> {
  const deadline = performance.now() + 1000 * seconds;
  let left = marks.filter(isRunning);
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    left = left.filter(isRunning);
  }
  return left;
}

/** The processes that a cloud started, in a file, so that the next one finds what a killed one left. */
export class ProcessLedger {
  readonly #path: string;
  readonly #marks = new Map<number, ProcessMark>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Written at once, synchronously: the shorter the time between a start and its record, the better. */
  add(pid: number): void {
    const mark = markProcess(pid);
    if (mark === undefined) return;
    this.#marks.set(pid, mark);
    this.#write();
  }

  remove(pid: number): void {
    if (this.#marks.delete(pid)) this.#write();
  }

  #write(): void {
    const temporary = `${this.#path}.tmp`;
    writeFileSync(temporary, JSON.stringify([...this.#marks.values()]), { mode: 0o600 });
    renameSync(temporary, this.#path);
  }
}

/**
 * Ends the processes that a ledger file records and that still run: those of a cloud that was killed.
 *
 * @returns how many there were
 */
export async function endRecorded(path: string): Promise<number> {
  let marks: ProcessMark[];
  try {
    marks = JSON.parse(readFileSync(path, "utf8")) as ProcessMark[];
  } catch {
    return 0;
  }
  const left = marks.filter(isRunning);
  for (const mark of left) signalGroup(mark.pid, "SIGKILL");
  await awaitEnd(left, 5);
  rmSync(path, { force: true });
  return left.length;
}
