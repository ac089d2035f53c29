import { fileURLToPath } from "node:url";
import { engineFolders } from "./cache.ts";
import { engineVersion } from "./engine.ts";
import { AttemptError } from "./errors.ts";
import { networkEnvironment, networkRemedies } from "./fetch.ts";
import { makeOnce } from "./once.ts";
import { type EnsureOptions, every } from "./options.ts";
import { lastLines, run } from "./run.ts";

/** Milliseconds a whole download may take: 100 MB at 200 kB/s. */
const limit = 10 * 60_000;

const script = fileURLToPath(new URL("./download-main.ts", import.meta.url));

/**
 * Gets the official release into the user's cache, once for all processes, and returns its folder.
 * Fails within seconds where there is no way to it. Throws an `AttemptError` with the reason.
 */
export async function downloadEngine(options: EnsureOptions): Promise<string> {
  const { downloaded } = await engineFolders(options.env);
  await makeOnce({
    folder: downloaded,
    what: "the Pulumi engine",
    report: options.report,
    signal: options.signal,
    make: (work, signal) => download(work, { ...options, signal }),
  });
  return downloaded;
}

async function download(work: string, options: EnsureOptions & { signal: AbortSignal }): Promise<void> {
  const started = Date.now();
  const stopReporting = every(options.interval, () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    options.report(`downloading Pulumi ${engineVersion} (about 100 MB): ${seconds} s`);
  });
  try {
    const result = await run(process.execPath, [script, engineVersion, `${work}/result`], {
      env: networkEnvironment(options.env),
      timeout: limit,
      signal: options.signal,
    });
    if (result.code === 0) return;
    const why = result.failure ?? lastLines(result);
    throw new AttemptError({ tried: "official download", why, remedies: networkRemedies(why) });
  } finally {
    stopReporting();
  }
}
