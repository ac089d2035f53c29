import { type Alert, PrometheusClient } from "../../sandbox/prometheus/client.ts";
import { NoAnswerError } from "../../sandbox/prometheus/errors.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import type { MetricsSource, Sample, Track } from "./source.ts";

/** What helps where an address is wrong. */
const ELSEWHERE =
  ". Name the right one by --prometheus URL or SLIPWAY_PROMETHEUS, without /api/v1; or start one of the sandbox's own: slipway sandbox prometheus start";

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

/** How a Prometheus is asked, where it is not one of the usual ones. */
export interface SourceOptions {
  /** Longest that an answer may take. Default: 30. */
  readonly timeoutSeconds?: number;
  /** What helps where there is no answer; begins with what ends the sentence before. */
  readonly waysOut?: Partial<Readonly<Record<NoAnswerError["kind"], string>>>;
}

/** A Prometheus, or what speaks its HTTP API v1. */
export class PrometheusSource implements MetricsSource {
  readonly address: string;
  readonly #client: PrometheusClient;
  readonly #waysOut: Readonly<Record<NoAnswerError["kind"], string>>;

  /** @param token sent as a bearer token, or who makes one; never shown */
  constructor(
    address: URL,
    token?: string | (() => Promise<string>),
    { waysOut, ...options }: SourceOptions = {},
  ) {
    this.#client = new PrometheusClient(address.href, {
      ...options,
      ...(token === undefined ? {} : { token }),
    });
    this.address = this.#client.url;
    this.#waysOut = {
      unreachable: ELSEWHERE,
      "not-prometheus": ELSEWHERE,
      unauthorized:
        token === undefined
          ? ": write one into a file and name it by --prometheus-token-file, or set SLIPWAY_PROMETHEUS_TOKEN"
          : ": has it expired, and may it read metrics?",
      refused: "",
      unavailable: "",
      ...waysOut,
    };
  }

  async query(promql: string, at: Date): Promise<Sample[]> {
    const samples = await this.#answer(this.#client.query(promql, at));
    return samples
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels, value }) => ({ labels, value }));
  }

  /** Every value, also what is no number, and what was said beside them. */
  look(promql: string, at: Date): ReturnType<PrometheusClient["queryWithWarnings"]> {
    return this.#answer(this.#client.queryWithWarnings(promql, at));
  }

  async range(promql: string, start: Date, end: Date, stepSeconds: number): Promise<Track[]> {
    const series = await this.#answer(this.#client.queryRange(promql, { start, end, stepSeconds }));
    return series.map(({ labels, values }) => ({
      labels,
      points: values
        .filter(({ value }) => Number.isFinite(value))
        .map(({ time, value }) => [time.getTime() / 1000, value] as const),
    }));
  }

  alerts(): Promise<Alert[]> {
    return this.#answer(this.#client.alerts());
  }

  /** @throws CommandFailure with what helps, where there is no answer */
  async #answer<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      throw new CommandFailure(`${error.message}${this.#waysOut[error.kind]}`);
    }
  }
}
