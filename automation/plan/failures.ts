import { ResourceError, RunError } from "@pulumi/pulumi";
import { PlanError } from "./errors.ts";
import type { Redactor } from "./redact.ts";
import type { Store } from "./sdk.ts";

/** Frames of a stack that are shown of an error nobody meant to raise. */
const shownFrames = 8;
/** Resources that are named of those that never were registered. */
const shownPending = 10;

/** Whether errors keep their stacks, which makes a plan take about twice as long: `SLIPWAY_TRACE=1`. */
export function tracing(env: NodeJS.ProcessEnv = process.env): boolean {
  return env.SLIPWAY_TRACE === "1";
}

/**
 * Notices every way in which a program can fail: it throws, a promise of its own or of Pulumi's is rejected with nobody
 * looking, or it waits for something that never comes. While it watches, it is the only one told of rejections.
 */
export class FailureWatch {
  readonly #errors = new Set<unknown>();
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /**
   * Waits for `work`, or for the first sign that it won't end well.
   * @param untilIdle waits on until the process has nothing left to do, as Pulumi's own language host does: a program may
   * have begun something that it doesn't wait for. Only for a process that has nothing else to do.
   */
  async watch(store: Store, work: () => Promise<void>, untilIdle: boolean): Promise<void> {
    let giveUp = () => {};
    const failed = new Promise<void>((resolve) => {
      giveUp = resolve;
    });
    let beIdle = () => {};
    const idle = new Promise<void>((resolve) => {
      beIdle = resolve;
    });
    let done = false;
    const note = (error: unknown) => {
      this.#errors.add(error);
      // Other rejections of the same cause come in the same turn; leave them the time to.
      setImmediate(giveUp);
    };
    const onIdle = () => {
      if (done && store.pendingResourceRegistrations.size === 0) beIdle();
      else note(new RunError(stuckMessage(store)));
    };
    const restore = takeOver({ unhandledRejection: note, uncaughtException: note, beforeExit: onIdle });
    try {
      await Promise.race([work().catch(note), failed]);
      done = true;
      // Rejections are told once the microtasks are through.
      await new Promise((resolve) => setImmediate(resolve));
      if (untilIdle && this.#errors.size === 0) await Promise.race([idle, failed]);
    } finally {
      restore();
    }
  }

  /** What went wrong, one message for each cause. */
  messages(): string[] {
    return [...new Set([...this.#errors].map((error) => this.#redactor.text(messageOf(error))))];
  }
}

type ProcessEvent = "unhandledRejection" | "uncaughtException" | "beforeExit";

/** Makes `handlers` the only listeners of these events; the result puts the others back. */
function takeOver(handlers: Record<ProcessEvent, (error: unknown) => void>): () => void {
  const events = Object.keys(handlers) as ProcessEvent[];
  const before = events.map((event) => [event, process.rawListeners(event)] as const);
  for (const event of events) {
    process.removeAllListeners(event);
    process.on(event as "unhandledRejection", handlers[event]);
  }
  return () => {
    for (const [event, listeners] of before) {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event as "unhandledRejection", listener as () => void);
    }
  };
}

/** Errors whose message says it all: those that somebody wrote for the program's author. */
function isMeant(error: Error): boolean {
  if (error instanceof PlanError) return true;
  // `isInstance` narrows to `never` what it denies, since the SDK's classes are structurally alike.
  const plain: unknown = error;
  return RunError.isInstance(plain) || (ResourceError.isInstance(plain) && plain.hideStack === true);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `the program failed: ${String(error)}`;
  // The SDK puts the way of every resource that waited for the failed one in front.
  const message = error.message.replace(/^(?:error serializing property "[^"]*": )+/, "");
  if (isMeant(error)) return message;
  const frames = (error.stack ?? "").split("\n").filter(isOwnFrame).slice(0, shownFrames);
  const where = tracing() ? `\n${frames.join("\n")}` : " (SLIPWAY_TRACE=1 shows where it was raised)";
  return `the program failed with ${error.name}: ${message}${where}`;
}

function isOwnFrame(line: string): boolean {
  return /^\s+at /.test(line) && !line.includes("node:internal") && !line.includes("/node_modules/");
}

function stuckMessage(store: Store): string {
  const pending = [...store.pendingResourceRegistrations.values()].map(
    ({ name, type, phase, inputProperty }) =>
      `  "${name}" (${type}) waits for ${inputProperty === undefined ? `its ${phase}` : `its input \`${inputProperty}\``}`,
  );
  const more = pending.length > shownPending ? [`  … and ${pending.length - shownPending} more`] : [];
  const what =
    pending.length === 0
      ? "  a promise that the program awaits"
      : [...pending.slice(0, shownPending), ...more].join("\n");
  return `the program waits for something that never comes:\n${what}\nTwo resources may need each other's outputs, or a promise is never resolved.`;
}
