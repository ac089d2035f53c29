import { homedir } from "node:os";
import { join } from "node:path";

/** The folders of one checkout's sandbox, all under `.slipway/sandbox`, which git ignores. */
export interface SandboxPaths {
  /** Root of the others. */
  readonly folder: string;
  /** `PULUMI_HOME` while the sandbox runs; the user's own is never touched. */
  readonly home: string;
  /** Pulumi's file backend. */
  readonly state: string;
  /** What the local cloud keeps. */
  readonly cloud: string;
  /** The sandbox's Kubernetes cluster: its connection, and the files of one that it made itself. */
  readonly kubernetes: string;
  /** The sandbox's Prometheus: its rules, and what it measured. */
  readonly prometheus: string;
  /** A ledger for each stack: which version of each service is stable, and which a candidate. */
  readonly ledger: string;
  /** File with the passphrase that encrypts secrets in `state`; mode 600. */
  readonly passphrase: string;
}

/** The sandbox's folders for the checkout at `root`. Creates nothing. */
export function sandboxPaths(root: string): SandboxPaths {
  const folder = join(root, ".slipway", "sandbox");
  return {
    folder,
    home: join(folder, "home"),
    state: join(folder, "state"),
    cloud: join(folder, "cloud"),
    kubernetes: join(folder, "kubernetes"),
    prometheus: join(folder, "prometheus"),
    ledger: join(folder, "ledger"),
    passphrase: join(folder, "passphrase"),
  };
}

/**
 * The per-user cache for what is costly to make and the same for every checkout (the engine's binary).
 * `SLIPWAY_CACHE` wins, then `XDG_CACHE_HOME/slipway`, then the platform's own place.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.SLIPWAY_CACHE) return env.SLIPWAY_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "slipway");
  return platform === "darwin"
    ? join(homedir(), "Library", "Caches", "slipway")
    : join(homedir(), ".cache", "slipway");
}
