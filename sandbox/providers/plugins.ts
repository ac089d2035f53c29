import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sdkPackages, sdkVersion } from "../models/shape.ts";
import type { SandboxPaths } from "../paths.ts";

/**
 * Writes the launchers of the stand-in providers into the sandbox's own `PULUMI_HOME`, one for each SDK package in the version
 * that is installed, where the engine looks for plugins. What is there and right is left alone.
 *
 * @param options `node` runs main.ts; `root` is the checkout that holds sandbox/
 */
export async function installPlugins(
  paths: Pick<SandboxPaths, "home">,
  options: { readonly node: string; readonly root: string },
): Promise<void> {
  const main = join(options.root, "sandbox", "providers", "main.ts");
  await Promise.all(
    Object.keys(sdkPackages).map(async (name) => {
      const folder = join(paths.home, "plugins", `resource-${name}-v${sdkVersion(name)}`);
      await mkdir(folder, { recursive: true });
      await writeLauncher(join(folder, `pulumi-resource-${name}`), launcher(options.node, main));
    }),
  );
}

/**
 * With a shared server the launcher only says its port, and stays until the engine ends it or is gone: the engine takes a
 * plugin's end for its failure. Without one it becomes the server.
 */
function launcher(node: string, main: string): string {
  return `#!/bin/sh
if [ -n "$SLIPWAY_PROVIDERS_PORT" ]; then
  echo "$SLIPWAY_PROVIDERS_PORT"
  while kill -0 "$PPID" 2>/dev/null; do sleep 1 </dev/null >/dev/null 2>&1; done
  exit 0
fi
exec ${quoted(node)} ${quoted(main)} "$@"
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

async function writeLauncher(path: string, text: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => "")) === text) return;
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text);
  await chmod(temporary, 0o755);
  await rename(temporary, path);
}
