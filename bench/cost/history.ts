import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../sandbox/engine/run.ts";
import { prometheusFiles, startPrometheus } from "../../sandbox/prometheus/run.ts";
import type { PrometheusTools } from "../../sandbox/prometheus/tools.ts";
import { type MadeSeries, writeOpenMetrics } from "./series.ts";

/** A Prometheus that remembers what was made up for it, and nothing else. */
export interface History {
  readonly url: string;
  /** How many samples it remembers. */
  readonly samples: number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a real Prometheus on series that end at `end`, in seconds; it ends with this process at the latest.
 * @param folder gets all of it; one that is not there yet
 * @throws Error with promtool's words
 */
export async function startHistory(
  tools: PrometheusTools,
  folder: string,
  series: readonly MadeSeries[],
  end: number,
): Promise<History> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "series.om");
  const samples = writeOpenMetrics(file, series, end);
  const { data } = prometheusFiles(folder);
  // A few long blocks: promtool reads the file once for each.
  const args = ["create-blocks-from", "--max-block-duration=1000h", "openmetrics", "--quiet", file, data];
  const made = await run(tools.promtool, ["tsdb", ...args], { timeout: 300_000 });
  if (made.code !== 0) throw new Error(`promtool tsdb ${args[0]}: ${made.failure ?? made.stderr}`);
  rmSync(file);
  const { url, stop } = await startPrometheus({ folder, tools, endsWith: process.pid });
  return { url, samples, stop };
}
