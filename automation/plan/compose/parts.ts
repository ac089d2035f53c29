import type { Json } from "../wire.ts";

/** A secret that whoever starts the system puts into a file. */
interface SecretFile {
  /** `secrets/<id>`, in the folder of the compose file. */
  readonly path: string;
  /** Where its value comes from in a cluster. */
  readonly origin: string;
}

/** What the services of one compose file have in common, as it comes together. */
export interface Parts {
  readonly volumes: Map<string, Json>;
  readonly configs: Map<string, Json>;
  readonly secrets: Map<string, SecretFile>;
  /** Files beside the compose file, by their path from its folder. */
  readonly files: Map<string, string>;
  /** Folders of those in which a change is seen while everything runs. */
  readonly live: Set<string>;
  /** What of the workloads has no form here, and why. */
  readonly left: Set<string>;
  /** Names of objects that went into the file. */
  readonly used: Set<string>;
}

export function newParts(): Parts {
  return {
    volumes: new Map(),
    configs: new Map(),
    secrets: new Map(),
    files: new Map(),
    live: new Set(),
    left: new Set(),
    used: new Set(),
  };
}

/** A name as compose takes it for volumes, configs and secrets, and file systems for files. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[._-]+/, "") || "unnamed";
}
