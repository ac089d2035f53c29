import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { languageHostName } from "./engine.ts";

/**
 * The executable beside a cached engine. The engine warns about a host found elsewhere on `PATH`, so it has to lie
 * there; checkouts differ, so the host that it starts is the one the environment names (`engineEnvironment`).
 */
const script = `#!/bin/sh
# Starts the Node language host of the checkout that runs this engine.
if [ -z "$SLIPWAY_LANGUAGE_HOST" ] || [ -z "$SLIPWAY_NODE" ]; then
  echo "${languageHostName}: SLIPWAY_LANGUAGE_HOST and SLIPWAY_NODE are not set: this engine is Slipway's own, start it by 'npx slipway'" >&2
  exit 1
fi
exec "$SLIPWAY_NODE" "$SLIPWAY_LANGUAGE_HOST" "$@"
`;

/** Writes the launcher into `folder`. For Linux and macOS: Windows gets the official release only. */
export async function writeLauncher(folder: string): Promise<void> {
  await writeFile(join(folder, languageHostName), script, { mode: 0o755 });
}
