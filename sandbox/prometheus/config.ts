/** Where one kind of metrics comes from. */
interface ScrapeJob {
  /** The label `job` of its series. */
  readonly name: string;
  /** `HOST:PORT` of each target; each series' label `instance` is the one that it came from. */
  readonly targets?: readonly string[];
  /**
   * Absolute path of a file of targets, in Prometheus' format, whose changes are followed; `*` stands for any name. It may be
   * missing.
   */
  readonly targetsFile?: string;
  /** Default: /metrics. */
  readonly path?: string;
}

/** What a Prometheus of the sandbox does. */
export interface PrometheusConfigOptions {
  readonly scrape?: readonly ScrapeJob[];
  /** Absolute paths of files with rules; `*` stands for any name. */
  readonly ruleFiles?: readonly string[];
  /** Where alerts are sent: `http://127.0.0.1:9093`. Default: nowhere; they can be asked for all the same. */
  readonly alertmanagerUrl?: string;
  /** Seconds between scrapes, and between evaluations of rules that say nothing else. Default: 5. */
  readonly intervalSeconds?: number;
}

/** Prometheus' configuration, as the file has it. */
export type PrometheusConfig = Readonly<Record<string, unknown>>;

/** Prometheus' configuration for these options. @throws RangeError for an interval that is none */
export function prometheusConfig(options: PrometheusConfigOptions): PrometheusConfig {
  const { scrape = [], ruleFiles = [], alertmanagerUrl, intervalSeconds = 5 } = options;
  const milliseconds = Math.round(1000 * intervalSeconds);
  if (!(milliseconds > 0)) {
    throw new RangeError(`intervalSeconds is ${intervalSeconds}; it must be a millisecond (0.001) or more.`);
  }
  const interval = `${milliseconds}ms`;
  return {
    global: {
      scrape_interval: interval,
      // A scrape may take the whole interval, as by default; it must not take longer.
      scrape_timeout: interval,
      evaluation_interval: interval,
    },
    ...(ruleFiles.length > 0 && { rule_files: ruleFiles }),
    scrape_configs: scrape.map((job) => scrapeConfig(job, interval)),
    ...(alertmanagerUrl !== undefined && { alerting: { alertmanagers: [alertmanager(alertmanagerUrl)] } }),
  };
}

function scrapeConfig({ name, targets, targetsFile, path }: ScrapeJob, interval: string): object {
  return {
    job_name: name,
    ...(path !== undefined && { metrics_path: path }),
    ...(targets !== undefined && { static_configs: [{ targets }] }),
    // Changes are noticed at once; the interval is for file systems that tell of none.
    ...(targetsFile !== undefined && {
      file_sd_configs: [{ files: [targetsFile], refresh_interval: interval }],
    }),
  };
}

function alertmanager(address: string): object {
  const { protocol, host, pathname } = new URL(address);
  return {
    scheme: protocol.replace(":", ""),
    ...(pathname !== "/" && { path_prefix: pathname }),
    static_configs: [{ targets: [host] }],
  };
}
