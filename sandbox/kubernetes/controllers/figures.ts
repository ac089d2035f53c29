import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the metrics API says of a namespace; read anew at every question. */
export interface Figures {
  /** What each container uses, as quantities. Default: `5m` and `32Mi`. A pod's annotations of these names win:
   * `sandbox.slipway/cpu`, `sandbox.slipway/memory`. */
  readonly cpu?: string;
  readonly memory?: string;
  /** Values of custom metrics, by the metric's name. Default: 0. */
  readonly custom?: Readonly<Record<string, string>>;
  /** Values of external metrics, by the metric's name. Default: 0. */
  readonly external?: Readonly<Record<string, string>>;
}

const file = (folder: string, namespace: string) => join(folder, "figures", `${namespace}.json`);

/** Says what the metrics API of the cluster in `folder` answers for a namespace from now on. */
export function writeFigures(folder: string, namespace: string, figures: Figures): void {
  const path = file(folder, namespace);
  mkdirSync(join(folder, "figures"), { recursive: true });
  writeFileSync(`${path}.tmp`, JSON.stringify(figures));
  renameSync(`${path}.tmp`, path);
}

/** What was said of a namespace; nothing by default. */
export function readFigures(folder: string, namespace: string): Figures {
  try {
    return JSON.parse(readFileSync(file(folder, namespace), "utf8")) as Figures;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
