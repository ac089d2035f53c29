import type { z } from "zod";
import {
  alerts,
  googleRefusal,
  groups,
  instant,
  matrix,
  type Point,
  refusal,
  remarks,
  targets,
} from "./answers.ts";
import { NoAnswerError, PrometheusError } from "./errors.ts";

/** Longest that an answer may take, in seconds, unless who asks says otherwise. */
const TIMEOUT = 30;

/** One value of one series. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** May be `NaN` or infinite: a ratio of nothing to nothing is. */
  readonly value: number;
  readonly time: Date;
}

/** One series, its values in the order of time. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly Readonly<Point>[];
}

/** A rule, as Prometheus runs it. */
export interface Rule {
  readonly group: string;
  readonly name: string;
  readonly type: "alerting" | "recording";
  readonly query: string;
  /** `unknown` until its first evaluation; `err` where that failed, for `lastError`. */
  readonly health: "ok" | "err" | "unknown";
  readonly lastError: string;
  /** Of an alerting rule only. */
  readonly state?: "inactive" | "pending" | "firing";
}

/** An alert that is pending or fires. */
export interface Alert {
  /** With `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
  /** ISO 8601: since when its condition holds. */
  readonly activeAt: string;
}

/** Something that is scraped. */
export interface Target {
  readonly job: string;
  readonly instance: string;
  readonly url: string;
  /** `unknown` until its first scrape. */
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
}

/** How a Prometheus is asked. */
export interface PrometheusClientOptions {
  /** Sent as a bearer token, or who makes one for each question; never shown. None by default. */
  readonly token?: string | (() => Promise<string>);
  /** Longest that an answer may take. Default: 30. */
  readonly timeoutSeconds?: number;
}

/** Asks a Prometheus, or what speaks its HTTP API v1. Every method may throw a {@link NoAnswerError}. */
export class PrometheusClient {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #token: PrometheusClientOptions["token"];
  readonly #timeoutSeconds: number;

  /** @param url address of the server: `http://127.0.0.1:9090` */
  constructor(url: string, { token, timeoutSeconds = TIMEOUT }: PrometheusClientOptions = {}) {
    this.url = url.replace(/\/+$/, "");
    this.#token = token;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Whether it is ready to answer. */
  async ready(): Promise<boolean> {
    try {
      return (await this.#send("/-/ready")).ok;
    } catch {
      return false;
    }
  }

  /**
   * What an expression is now, or was: one sample for each series; one without labels for a plain number.
   * Native histograms are left out: they are no numbers.
   */
  async query(promql: string, time?: Date): Promise<Sample[]> {
    return (await this.queryWithWarnings(promql, time)).samples;
  }

  /** The same, with what is said beside it, such as that a part of the data could not be read. */
  async queryWithWarnings(
    promql: string,
    time?: Date,
  ): Promise<{ readonly samples: Sample[]; readonly warnings: readonly string[] }> {
    const form = { query: promql, ...(time && { time: time.toISOString() }) };
    const { data, warnings } = await this.#answer("query", instant, form);
    return { samples: this.#samples(promql, data), warnings };
  }

  #samples(promql: string, answer: z.infer<typeof instant>): Sample[] {
    switch (answer.resultType) {
      case "scalar":
        return [{ labels: {}, ...answer.result }];
      case "vector":
        return answer.result.flatMap(({ metric, value }) => (value ? [{ labels: metric, ...value }] : []));
      default:
        throw new NoAnswerError(
          "refused",
          `"${promql}" gives a ${answer.resultType === "matrix" ? "range of values: ask with queryRange" : answer.resultType}, where one number for each series is asked for`,
        );
    }
  }

  /** What an expression was at `start`, and every `stepSeconds` from there until `end`. */
  async queryRange(
    promql: string,
    range: { readonly start: Date; readonly end: Date; readonly stepSeconds: number },
  ): Promise<Series[]> {
    const { result } = await this.#ask("query_range", matrix, {
      query: promql,
      start: range.start.toISOString(),
      end: range.end.toISOString(),
      step: String(range.stepSeconds),
    });
    return result.map(({ metric, values }) => ({ labels: metric, values }));
  }

  /** Every rule, in the order of their groups. */
  async rules(): Promise<Rule[]> {
    const { groups: all } = await this.#ask("rules", groups);
    return all.flatMap((group) =>
      group.rules.map(({ state, ...rule }) => ({
        ...{ group: group.name, ...rule },
        ...(state !== undefined && { state }),
      })),
    );
  }

  /** Every alert that is pending or fires. */
  async alerts(): Promise<Alert[]> {
    const { alerts: all } = await this.#ask("alerts", alerts);
    return all.flatMap(({ state, ...alert }) => (state === "inactive" ? [] : [{ ...alert, state }]));
  }

  /** Everything that is scraped. */
  async targets(): Promise<Target[]> {
    const { activeTargets } = await this.#ask("targets?state=active", targets);
    return activeTargets.map(({ labels, scrapeUrl, health, lastError }) => ({
      job: labels.job ?? "",
      instance: labels.instance ?? "",
      url: scrapeUrl,
      ...{ health, lastError },
    }));
  }

  /** Has it read its configuration and rules again, where it was started to allow that. */
  async reload(): Promise<void> {
    const { ok, text } = await this.#send("/-/reload", { method: "POST" });
    if (!ok) throw new PrometheusError(`Prometheus at ${this.url} did not reload: ${text.trim()}`);
  }

  async #ask<T extends z.ZodType>(
    what: string,
    schema: T,
    form?: Readonly<Record<string, string>>,
  ): Promise<z.infer<T>> {
    return (await this.#answer(what, schema, form)).data;
  }

  async #answer<T extends z.ZodType>(
    what: string,
    schema: T,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ readonly data: z.infer<T>; readonly warnings: readonly string[] }> {
    // Posted, since queries may be longer than an address can be.
    const posted = form && { method: "POST", body: new URLSearchParams(form) };
    const { status, type, text } = await this.#send(`/api/v1/${what}`, posted);
    const answer = parsed(text);
    const google = googleRefusal.safeParse(answer);
    const said = google.success ? `: ${google.data.error.message}` : "";
    if (status === 401 || status === 403) {
      const why =
        this.#token === undefined
          ? "lets nobody in without a token"
          : "does not take the token that it was given";
      throw new NoAnswerError("unauthorized", `${this.url} ${why} (${status})${said}`);
    }
    const refused = refusal.safeParse(answer);
    if (refused.success) {
      throw new NoAnswerError(
        "refused",
        `${this.url} refuses ${form?.query ?? what}: ${refused.data.error} (${status})`,
      );
    }
    if (status === 429 || status >= 500) {
      throw new NoAnswerError("unavailable", `${this.url} can't answer now (${status})${said}`);
    }
    if (google.success) {
      throw new NoAnswerError("refused", `${this.url} refuses ${form?.query ?? what} (${status})${said}`);
    }
    const right = schema.safeParse((answer as { data?: unknown } | undefined)?.data);
    if (status === 200 && right.success) {
      return { data: right.data, warnings: remarks.safeParse(answer).data?.warnings ?? [] };
    }
    throw new NoAnswerError(
      "not-prometheus",
      `${this.url} is no Prometheus: /api/v1/${what} answered ${status}${type === "" ? "" : ` with ${type}`}`,
    );
  }

  async #headers(): Promise<Record<string, string>> {
    if (this.#token === undefined) return {};
    const token = typeof this.#token === "string" ? this.#token : await this.#token();
    return { authorization: `Bearer ${token}` };
  }

  async #send(path: string, init?: RequestInit) {
    const headers = await this.#headers();
    try {
      const signal = AbortSignal.timeout(1000 * this.#timeoutSeconds);
      const answer = await fetch(this.url + path, { ...init, headers, signal });
      const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
      return { ok: answer.ok, status: answer.status, type, text: await answer.text() };
    } catch (error) {
      const { name, message, cause } = error as Error & { cause?: Error & { code?: string } };
      const why =
        name === "TimeoutError"
          ? `no answer within ${this.#timeoutSeconds} s`
          : (cause?.code ?? cause?.message ?? message);
      throw new NoAnswerError("unreachable", `${this.url} can't be reached: ${why}`);
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
