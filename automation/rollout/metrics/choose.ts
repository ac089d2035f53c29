import { CloudClient } from "../../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import { runningPrometheus } from "../../../sandbox/prometheus/run.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { PrometheusSource, prometheusAddress } from "../../status/prometheus.ts";
import { readToken, type SourceFlags } from "../../status/source-of.ts";
import type { RolloutMetrics } from "../gate.ts";
import type { Traffic } from "../traffic.ts";
import { cloudMonitoring } from "./cloud-monitoring.ts";
import { ANSWER_SECONDS, PrometheusMetrics } from "./prometheus.ts";
import { ScrapeMetrics, type ScrapeTarget } from "./scrape.ts";

/** Who measures, as it was asked for. */
export interface MetricsFlags extends SourceFlags {
  /** `prometheus:URL`, `cloud-monitoring:PROJECT` or `scrape:URL[,URL…]`; an address alone is a Prometheus'. */
  readonly metrics?: string;
}

/** What `--metrics` may be. */
const METRICS_FORMS = "prometheus:URL, cloud-monitoring:PROJECT or scrape:URL";

function usage(message: string): CommandFailure {
  return new CommandFailure(message, EXIT.usage);
}

function prometheus(address: string, flags: SourceFlags, env: NodeJS.ProcessEnv): RolloutMetrics {
  const token = readToken(flags.prometheusTokenFile, env);
  return new PrometheusMetrics(
    new PrometheusSource(prometheusAddress(address), token, { timeoutSeconds: ANSWER_SECONDS }),
  );
}

/** Addresses of metrics, each named by itself. */
function scrapeTargets(list: string): ScrapeTarget[] {
  const targets = list.split(",").map((each) => {
    const url = URL.parse(each.trim());
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
      const quoted = each.includes("@") ? "what was given" : `"${each}"`;
      throw usage(
        `--metrics: ${quoted} is no address that can be scraped: write one such as scrape:http://127.0.0.1:8080/metrics, without a password`,
      );
    }
    return { name: url.href, url: url.href };
  });
  const twice = targets.find(({ url }, index) => targets.findIndex((each) => each.url === url) !== index);
  if (twice !== undefined) throw usage(`--metrics: ${twice.url} is given twice, and would be counted twice`);
  return targets;
}

function named(metrics: string, flags: MetricsFlags, env: NodeJS.ProcessEnv): RolloutMetrics {
  const [, kind, rest = ""] = /^(prometheus|scrape|cloud-monitoring):(.*)$/s.exec(metrics) ?? [];
  if (kind === undefined) {
    if (!/^https?:/.test(metrics)) throw usage(`--metrics: "${metrics}" is none of ${METRICS_FORMS}`);
    return prometheus(metrics, flags, env);
  }
  if (kind === "prometheus") return prometheus(rest, flags, env);
  if (flags.prometheusTokenFile !== undefined) {
    throw usage(`--prometheus-token-file is for a Prometheus, which "${metrics}" is not: leave it out`);
  }
  if (kind === "scrape") {
    const targets = scrapeTargets(rest);
    return new ScrapeMetrics(targets.map(({ url }) => url).join(", "), async () => targets);
  }
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(rest)) {
    throw usage(`--metrics: "${rest}" is no id of a Google Cloud project, such as acme-prod`);
  }
  return cloudMonitoring(rest);
}

/** The local cloud's own counters. Its address changes when it starts again. */
function localCloud(root: string): RolloutMetrics {
  const { cloud } = sandboxPaths(root);
  return new ScrapeMetrics("the local cloud's /metrics", async () => {
    const { url } = await (await CloudClient.connect(cloud)).status();
    return [{ name: "local-cloud", url: `${url}/metrics` }];
  });
}

/**
 * Who measures for a release: who is named by flags or the environment; in the sandbox its Prometheus where that runs, else the
 * local cloud's counters; for a Cloud Run service the Cloud Monitoring of its project.
 * @throws CommandFailure where nobody is named and nobody can be known, or a flag is wrong
 */
export function chooseMetrics(
  root: string,
  flags: MetricsFlags,
  traffic: Traffic,
  sandbox: boolean,
  env: NodeJS.ProcessEnv = process.env,
): RolloutMetrics {
  if (flags.metrics !== undefined && flags.prometheus !== undefined) {
    throw usage("--metrics and --prometheus both say who measures: leave one of them out");
  }
  if (flags.metrics !== undefined) return named(flags.metrics, flags, env);
  const address = flags.prometheus ?? (env.SLIPWAY_PROMETHEUS || undefined);
  if (address !== undefined) return prometheus(address, flags, env);
  if (flags.prometheusTokenFile !== undefined) {
    throw usage(
      "--prometheus-token-file is for a Prometheus that is named: add --metrics prometheus:URL, or set SLIPWAY_PROMETHEUS",
    );
  }
  const own = sandbox ? runningPrometheus(sandboxPaths(root).prometheus) : undefined;
  if (own !== undefined) {
    return new PrometheusMetrics(
      new PrometheusSource(new URL(`${own.url}/`), undefined, { timeoutSeconds: ANSWER_SECONDS }),
    );
  }
  if (traffic.kind === "cloud-run") return sandbox ? localCloud(root) : cloudMonitoring(traffic.project);
  throw usage(
    sandbox
      ? `nobody measures here, so no gate could be held: start the sandbox's Prometheus with slipway sandbox prometheus start, or name who does by --metrics: ${METRICS_FORMS}`
      : `nobody is known who measures this service, so no gate could be held: name who does by --metrics (${METRICS_FORMS}) or SLIPWAY_PROMETHEUS`,
  );
}
