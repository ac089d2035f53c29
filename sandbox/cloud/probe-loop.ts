import { request } from "node:http";
import { connect } from "node:net";
import type { CloudProbe } from "./api.ts";
import { countProbe, newCount } from "./probe.ts";

/** One answer: whether it passes, and what it was, for messages (`HTTP 503`, `connection refused`). */
export interface ProbeAnswer {
  readonly ok: boolean;
  readonly answer: string;
}

/** What the loop tells whoever runs it. */
export interface ProbeListener {
  answered(answer: ProbeAnswer): void;
  /** A threshold is reached; see {@link countProbe}. */
  turned(to: "passed" | "failed", last: ProbeAnswer): void;
}

/**
 * Runs `probe` against the port until stopped: first after the initial delay, then once every period, counted
 * from start to start, and never two at a time.
 */
export function startProbe(
  probe: CloudProbe,
  port: number,
  listener: ProbeListener,
  options: { readonly passing?: boolean; readonly delaySeconds?: number } = {},
): { stop(): void } {
  let stopped = false;
  let count = newCount(options.passing);
  let timer = setTimeout(attempt, 1000 * (options.delaySeconds ?? probe.initialDelaySeconds));

  async function attempt(): Promise<void> {
    const began = performance.now();
    const answer = await probeOnce(probe, port);
    if (stopped) return;
    timer = setTimeout(attempt, Math.max(0, began + 1000 * probe.periodSeconds - performance.now()));
    listener.answered(answer);
    const { count: after, turned } = countProbe(probe, count, answer.ok);
    count = after;
    if (turned) listener.turned(turned, answer);
  }

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Asks once. Never throws: a failure is an answer. */
function probeOnce(probe: CloudProbe, port: number): Promise<ProbeAnswer> {
  const timedOut = { ok: false, answer: `no answer within ${probe.timeoutSeconds} s` };
  return new Promise((resolve) => {
    if (probe.kind === "tcp") {
      const socket = connect({ port, host: "127.0.0.1" });
      const timer = setTimeout(() => finish(timedOut), 1000 * probe.timeoutSeconds);
      const finish = (answer: ProbeAnswer) => {
        clearTimeout(timer);
        socket.destroy();
        resolve(answer);
      };
      socket.once("connect", () => finish({ ok: true, answer: "connected" }));
      socket.once("error", (error) => finish({ ok: false, answer: describeFailure(error) }));
      return;
    }
    const call = request({
      port,
      host: "127.0.0.1",
      path: probe.path ?? "/",
      agent: false,
      headers: { "user-agent": "slipway-probe" },
    });
    const timer = setTimeout(() => finish(timedOut), 1000 * probe.timeoutSeconds);
    const finish = (answer: ProbeAnswer) => {
      clearTimeout(timer);
      call.destroy();
      resolve(answer);
    };
    call.once("response", (response) => {
      const status = response.statusCode ?? 0;
      finish({ ok: status >= 200 && status < 400, answer: `HTTP ${status}` });
    });
    call.on("error", (error) => finish({ ok: false, answer: describeFailure(error) }));
    call.end();
  });
}

/** Resolves when something listens on the port, or after `seconds`, or when `signal` is aborted. */
export async function portOpens(port: number, seconds: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + 1000 * seconds;
  const tcp: CloudProbe = {
    kind: "tcp",
    initialDelaySeconds: 0,
    periodSeconds: 1,
    timeoutSeconds: 1,
    failureThreshold: 1,
  };
  while (!signal.aborted && performance.now() < deadline) {
    if ((await probeOnce(tcp, port)).ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function describeFailure(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "ECONNRESET") return "connection reset";
  return code ?? error.message;
}
