import { PrometheusError } from "./errors.ts";

/** Longest that an answer may take, in milliseconds. */
const TIMEOUT = 30_000;

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
  readonly values: readonly { readonly time: Date; readonly value: number }[];
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
  readonly activeAt: Date;
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

type Labels = Readonly<Record<string, string>>;
type Point = readonly [time: number, value: string];

/** Asks a Prometheus. Every method may throw a {@link PrometheusError} in Prometheus' own words. */
export class PrometheusClient {
  readonly #url: string;

  /** @param url address of the server: `http://127.0.0.1:9090` */
  constructor(url: string) {
    this.#url = url.replace(/\/+$/, "");
  }

  /** Whether it is ready to answer. */
  async ready(): Promise<boolean> {
    try {
      return (await fetch(`${this.#url}/-/ready`, { signal: AbortSignal.timeout(TIMEOUT) })).ok;
    } catch {
      return false;
    }
  }

  /** What an expression is now, or was: one sample for each series; one without labels for a plain number. */
  async query(promql: string, time?: Date): Promise<Sample[]> {
    const { resultType, result } = (await this.#ask("query", {
      query: promql,
      ...(time && { time: String(time.getTime() / 1000) }),
    })) as { resultType: string; result: unknown };
    if (resultType === "scalar") return [{ labels: {}, ...point(result as Point) }];
    if (resultType === "vector") {
      return (result as { metric: Labels; value?: Point }[]).map(({ metric, value }) => ({
        labels: metric,
        ...point(this.#number(value, promql)),
      }));
    }
    throw new PrometheusError(
      `"${promql}" gives a ${resultType === "matrix" ? "range of values: ask with queryRange" : resultType}, where one number for each series is asked for.`,
    );
  }

  /** What an expression was at `start`, and every `stepSeconds` from there until `end`. */
  async queryRange(
    promql: string,
    range: { readonly start: Date; readonly end: Date; readonly stepSeconds: number },
  ): Promise<Series[]> {
    const { result } = (await this.#ask("query_range", {
      query: promql,
      start: String(range.start.getTime() / 1000),
      end: String(range.end.getTime() / 1000),
      step: String(range.stepSeconds),
    })) as { result: { metric: Labels; values?: Point[] }[] };
    return result.map(({ metric, values }) => ({
      labels: metric,
      values: this.#number(values, promql).map(point),
    }));
  }

  /** Every rule, in the order of their groups. */
  async rules(): Promise<Rule[]> {
    const { groups } = (await this.#ask("rules")) as {
      groups: { name: string; rules: (Omit<Rule, "group" | "lastError"> & { lastError?: string })[] }[];
    };
    return groups.flatMap((group) =>
      group.rules.map(({ name, type, query, health, lastError = "", state }) => ({
        ...{ group: group.name, name, type, query, health, lastError },
        ...(state !== undefined && { state }),
      })),
    );
  }

  /** Every alert that is pending or fires. */
  async alerts(): Promise<Alert[]> {
    const { alerts } = (await this.#ask("alerts")) as {
      alerts: (Omit<Alert, "activeAt"> & { activeAt: string })[];
    };
    return alerts.map(({ labels, annotations, state, activeAt }) => ({
      ...{ labels, annotations, state },
      activeAt: new Date(activeAt),
    }));
  }

  /** Everything that is scraped. */
  async targets(): Promise<Target[]> {
    const { activeTargets } = (await this.#ask("targets", { state: "active" })) as {
      activeTargets: { labels: Labels; scrapeUrl: string; health: Target["health"]; lastError: string }[];
    };
    return activeTargets.map(({ labels, scrapeUrl, health, lastError }) => ({
      job: labels.job ?? "",
      instance: labels.instance ?? "",
      url: scrapeUrl,
      ...{ health, lastError },
    }));
  }

  /** Has it read its configuration and rules again, where it was started to allow that. */
  async reload(): Promise<void> {
    const response = await this.#fetch("/-/reload", { method: "POST" });
    if (!response.ok) {
      throw new PrometheusError(
        `Prometheus at ${this.#url} did not reload: ${(await response.text()).trim()}`,
      );
    }
  }

  #number<T>(value: T | undefined, promql: string): T {
    if (value !== undefined) return value;
    throw new PrometheusError(`"${promql}" gives native histograms, where numbers are asked for.`);
  }

  async #ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const response = await this.#fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`, {});
    const text = await response.text();
    const asked = parameters.query === undefined ? path : `"${parameters.query}"`;
    let answer: { status: string; data?: unknown; errorType?: string; error?: string };
    try {
      answer = JSON.parse(text);
    } catch {
      throw new PrometheusError(
        `What answers at ${this.#url} is no Prometheus: asked for ${asked}, it says ${response.status} "${text.slice(0, 100)}".`,
      );
    }
    if (answer.status === "success") return answer.data;
    throw new PrometheusError(`Prometheus refuses ${asked}: ${answer.errorType}: ${answer.error}`);
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.#url + path, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string; message: string } };
      const why = cause?.code ?? cause?.message ?? message;
      throw new PrometheusError(`Prometheus at ${this.#url} does not answer: ${why}.`);
    }
  }
}

/** A pair of seconds and digits as Prometheus sends it. */
function point([time, value]: Point): { time: Date; value: number } {
  return { time: new Date(Math.round(time * 1000)), value: Number(value.replace("Inf", "Infinity")) };
}
