import { readFileSync } from "node:fs";
import type { MonitoringFacts } from "../../components/alerting/facts.ts";
import { CloudClient, CloudNotRunningError } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { runningPrometheus } from "../../sandbox/prometheus/run.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { type Answers, askPrometheus } from "./answers.ts";
import { answersFromCounters } from "./counters.ts";
import { readExposition } from "./exposition.ts";
import { PrometheusSource, prometheusAddress } from "./prometheus.ts";
import type { MetricsSource } from "./source.ts";

/** Where measurements come from, as it was asked for. */
export interface SourceFlags {
  readonly prometheus?: string;
  readonly prometheusTokenFile?: string;
}

/** Who is asked: a Prometheus, or, where there is none, the local cloud for its counters. */
export interface Meter {
  answers(facts: readonly MonitoringFacts[]): Promise<Answers>;
  /** Undefined: nobody kept what was before. */
  readonly history?: MetricsSource;
}

/** The bearer token: from a file, or from the environment; never from an argument, which others on the machine can read. */
export function readToken(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (file === undefined) return env.SLIPWAY_PROMETHEUS_TOKEN?.trim() || undefined;
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new CommandFailure(
      `--prometheus-token-file: ${file} can't be read: ${(error as NodeJS.ErrnoException).code}`,
      EXIT.usage,
    );
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandFailure(
    `--prometheus-token-file: ${file} ${token === "" ? "is empty" : "holds more than a token: one line of letters, digits and signs, without blanks"}`,
    EXIT.usage,
  );
}

/** A Prometheus as a meter. */
function prometheusMeter(source: MetricsSource): Meter {
  return { answers: (facts) => askPrometheus(source, facts, new Date()), history: source };
}

/**
 * Who is asked: the Prometheus that is named; else the sandbox's own, where it runs; else the local cloud.
 * @throws CommandFailure where there is none of them
 */
export async function chooseMeter(
  root: string,
  flags: SourceFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Meter> {
  const address = flags.prometheus ?? (env.SLIPWAY_PROMETHEUS || undefined);
  if (address !== undefined) {
    const url = prometheusAddress(address);
    return prometheusMeter(new PrometheusSource(url, readToken(flags.prometheusTokenFile, env)));
  }
  if (flags.prometheusTokenFile !== undefined) {
    throw new CommandFailure(
      "--prometheus-token-file is for a Prometheus that is named: add --prometheus URL, or set SLIPWAY_PROMETHEUS",
      EXIT.usage,
    );
  }
  const own = runningPrometheus(sandboxPaths(root).prometheus);
  return own === undefined
    ? await cloudMeter(root)
    : prometheusMeter(new PrometheusSource(new URL(`${own.url}/`)));
}

/** The local cloud's counters. */
async function cloudMeter(root: string): Promise<Meter> {
  const paths = sandboxPaths(root);
  const connect = async () => {
    try {
      return await CloudClient.connect(paths.cloud);
    } catch (error) {
      if (!(error instanceof CloudNotRunningError)) throw error;
      throw new CommandFailure(
        "there is nobody to ask: no Prometheus is named, and neither the sandbox's own nor the local cloud runs here. Name one by --prometheus URL or SLIPWAY_PROMETHEUS; or start the sandbox: npm start, then slipway sandbox prometheus start",
      );
    }
  };
  await connect();
  return {
    async answers(facts) {
      const { url, startedAt } = await (await connect()).status();
      const text = await (await fetch(`${url}/metrics`)).text();
      return answersFromCounters(facts, readExposition(text), {
        address: url,
        since: startedAt,
        at: new Date(),
      });
    },
  };
}
