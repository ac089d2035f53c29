import { fileURLToPath } from "node:url";
import { lastLines, run } from "./run.ts";

const script = fileURLToPath(new URL("./fetch-main.ts", import.meta.url));

/** Milliseconds a file may take: 72 MB at 120 kB/s. */
const limit = 10 * 60_000;

/**
 * The environment in which a Node process reaches the internet as the rest of the machine does: by `HTTPS_PROXY`, and
 * with the certificates that the system trusts. Node heeds both only when told at its start, so fetching is done in
 * processes of its own, which can also be ended at any time.
 */
export function networkEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, NODE_USE_ENV_PROXY: "1", NODE_USE_SYSTEM_CA: "1" };
}

/** What helps when the network is the cause, by what the failed process said. */
export function networkRemedies(said: string): string[] {
  if (/certificate/i.test(said)) {
    return ["set NODE_EXTRA_CA_CERTS to the file with the certificate that your network signs with"];
  }
  return ["connect to the internet, or set HTTPS_PROXY if this machine needs a proxy to reach it"];
}

/** An address that may be shown: user name and password of `https://user:password@host` are left out. */
export function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href.replace(/\/$/, "");
}

/** Fetches `address`, which may hold a user name and a password, into a file. Throws an error with the reason. */
export async function fetchFile(
  address: string,
  file: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const result = await run(process.execPath, [script, withoutCredentials(address), file], {
    env: { ...networkEnvironment(env), ...authorization(new URL(address)) },
    timeout: limit,
    signal,
  });
  if (result.code !== 0) throw new Error(result.failure ?? lastLines(result, 1));
}

function authorization({ username, password }: URL): NodeJS.ProcessEnv {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { SLIPWAY_FETCH_AUTHORIZATION: `Basic ${Buffer.from(pair).toString("base64")}` };
}
