import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../paths.ts";
import { engineVersion } from "./engine.ts";

/** What the engine is compiled from: module file, checksums, and the import that holds them in place. */
export const sourceFiles = ["go.mod", "go.sum", "tools.go"] as const;

/** The package that is compiled, and how. Part of the cache key: a change of either makes a new engine. */
export const buildPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
export const buildFlags: readonly string[] = [
  "-trimpath",
  "-buildvcs=false",
  "-ldflags",
  `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`,
];

/** Absolute path of one of the `sourceFiles`. */
export function sourceFile(name: (typeof sourceFiles)[number]): string {
  return fileURLToPath(new URL(`./build/${name}`, import.meta.url));
}

/** The platform's name in cache keys: engines of several machines may share a home folder. */
function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

/** Twelve hexadecimal digits that stand for everything a build is made from. */
export function buildKey(
  sources: readonly string[],
  version = engineVersion,
  platform = platformName(),
  flags: readonly string[] = [buildPackage, ...buildFlags],
): string {
  return createHash("sha256")
    .update(JSON.stringify({ sources, version, platform, flags }))
    .digest("hex")
    .slice(0, 12);
}

/** The folders in the user's cache where an engine is, or would be. Each holds `bin/pulumi`. */
export interface EngineFolders {
  /** Parent of the others. */
  readonly parent: string;
  readonly downloaded: string;
  readonly built: string;
}

/** Where engines are cached for this user, platform and pinned sources. Creates nothing. */
export async function engineFolders(env: NodeJS.ProcessEnv): Promise<EngineFolders> {
  const parent = join(cacheFolder(env), "engine");
  const sources = await Promise.all(sourceFiles.map((name) => readFile(sourceFile(name), "utf8")));
  return {
    parent,
    downloaded: join(parent, `downloaded-${engineVersion}-${platformName()}`),
    built: join(parent, `built-${engineVersion}-${buildKey(sources)}`),
  };
}
