import { z } from "zod";
import { CommandFailure, EXIT } from "../exit.ts";
import type { ActiveAlert, MetricsSource, Sample, Track } from "./source.ts";

const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]);

const failed = z.object({ status: z.literal("error"), error: z.string() });
const vector = z.object({
  resultType: z.literal("vector"),
  result: z.array(z.object({ metric: labels, value: point.optional() })),
});
const matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric: labels, values: z.array(point).default([]) })),
});
const alerts = z.object({
  alerts: z.array(
    z.object({
      labels,
      annotations: labels.default({}),
      state: z.enum(["firing", "pending", "inactive"]),
      activeAt: z.string(),
    }),
  ),
});

/** Longest that an answer is waited for. */
const PATIENCE = 30_000;

/** What helps where an address is wrong. */
const ELSEWHERE =
  "Name the right one by --prometheus URL or SLIPWAY_PROMETHEUS, without /api/v1; or start one of the sandbox's own: slipway sandbox prometheus start";

/** An address that Prometheus may answer at. @throws CommandFailure where it is none, or holds a password */
export function prometheusAddress(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // What isn't an address is not quoted where it could hold a password.
    const quoted = text.includes("@") ? "what was given" : `"${text}"`;
    throw new CommandFailure(
      `${quoted} is no address of a Prometheus: write one such as http://127.0.0.1:9090`,
      EXIT.usage,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new CommandFailure(
      `the address of ${url.host} holds a user or a password, which others could read: leave it out, and give a token by --prometheus-token-file or SLIPWAY_PROMETHEUS_TOKEN`,
      EXIT.usage,
    );
  }
  url.search = "";
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** A Prometheus, or what speaks its HTTP API v1. */
export class PrometheusSource implements MetricsSource {
  readonly address: string;
  readonly #base: URL;
  readonly #token: string | undefined;

  /** @param token sent as a bearer token; never shown */
  constructor(address: URL, token?: string) {
    this.#base = address;
    this.#token = token;
    this.address = address.href.replace(/\/$/, "");
  }

  async query(promql: string, at: Date): Promise<Sample[]> {
    const { result } = await this.#ask("query", vector, { query: promql, time: at.toISOString() });
    return result.flatMap(({ metric, value }) => {
      const number = Number(value?.[1]);
      return Number.isFinite(number) ? [{ labels: metric, value: number }] : [];
    });
  }

  async range(promql: string, from: Date, to: Date, step: number): Promise<Track[]> {
    const form = { query: promql, start: from.toISOString(), end: to.toISOString(), step: String(step) };
    const { result } = await this.#ask("query_range", matrix, form);
    return result.map(({ metric, values }) => ({
      labels: metric,
      points: values
        .map(([at, value]): [number, number] => [at, Number(value)])
        .filter(([, value]) => Number.isFinite(value)),
    }));
  }

  async alerts(): Promise<ActiveAlert[]> {
    const { alerts: all } = await this.#ask("alerts", alerts);
    return all.flatMap((alert) => (alert.state === "inactive" ? [] : [{ ...alert, state: alert.state }]));
  }

  async #ask<T extends z.ZodType>(
    what: string,
    schema: T,
    form?: Readonly<Record<string, string>>,
  ): Promise<z.infer<T>> {
    const { status, type, text } = await this.#send(what, form);
    if (status === 401 || status === 403) {
      throw new CommandFailure(
        this.#token === undefined
          ? `${this.address} lets nobody in without a token (${status}): write one into a file and name it by --prometheus-token-file, or set SLIPWAY_PROMETHEUS_TOKEN`
          : `${this.address} does not take the token that it was given (${status}): has it expired, and may it read metrics?`,
      );
    }
    const answer = parsed(text);
    const wrong = failed.safeParse(answer);
    if (wrong.success) {
      throw new CommandFailure(
        `${this.address} refuses ${form?.query ?? what}: ${wrong.data.error} (${status})`,
      );
    }
    const right = schema.safeParse((answer as { data?: unknown } | undefined)?.data);
    if (status === 200 && right.success) return right.data;
    throw new CommandFailure(
      `${this.address} is no Prometheus: /api/v1/${what} answered ${status}${type === "" ? "" : ` with ${type}`}. ${ELSEWHERE}`,
    );
  }

  async #send(what: string, form?: Readonly<Record<string, string>>) {
    try {
      const answer = await fetch(new URL(`api/v1/${what}`, this.#base), {
        signal: AbortSignal.timeout(PATIENCE),
        headers: this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` },
        // Posted, since queries may be longer than an address can be.
        ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
      });
      const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
      return { status: answer.status, type, text: await answer.text() };
    } catch (error) {
      const { name, message, cause } = error as Error & { cause?: Error & { code?: string } };
      const why =
        name === "TimeoutError"
          ? `no answer within ${PATIENCE / 1000} s`
          : (cause?.code ?? cause?.message ?? message);
      throw new CommandFailure(`${this.address} can't be reached: ${why}. ${ELSEWHERE}`);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
