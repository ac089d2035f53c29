import { fileURLToPath } from "node:url";

/** How an engine came to this machine: the user's own, the official download, or built from source. */
export type EngineOrigin = "path" | "download" | "built";

/** A Pulumi engine that is there and answered when asked for its version. */
export interface Engine {
  /** Absolute path of the `pulumi` binary. */
  readonly pulumi: string;
  /** Its version, without the leading `v`. */
  readonly version: string;
  readonly origin: EngineOrigin;
  /**
   * Who runs Node programs for it. The official release brings its own host beside the binary;
   * the others are given Slipway's (`language-host.ts`).
   */
  readonly languageHost: "official" | "slipway";
  /** The folder that must come first on `PATH`. */
  readonly binFolder: string;
}

/** The version that is downloaded or built, and that the tests run with. `build/go.mod` pins the same. */
export const engineVersion = "3.259.0";

/**
 * The oldest `pulumi` on `PATH` that is used. Its policy events carry a severity, which the reports read:
 * 3.200.0 has none (`apitype/events.go` of both was compared).
 */
export const minimumVersion = "3.220.0";

/** Absolute path of the language host of this checkout. */
export const languageHostFile = fileURLToPath(new URL("./language-host.ts", import.meta.url));

/** Name of the executable that the engine looks for to run Node programs. */
export const languageHostName = "pulumi-language-nodejs";
