import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { withoutCiphertext } from "../plan/project.ts";

/** What stands in the sandbox for an encrypted value, whose key stays with its own backend. */
const STAND_IN = "sandbox stand-in for an encrypted value";

async function readYaml(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return (parse(text) as Record<string, unknown> | null) ?? {};
}

/** Address of the ledger that a stack has in the sandbox of the checkout at `root`. */
export function sandboxLedger(root: string, stack: string): string {
  return `file:${join(sandboxPaths(root).ledger, `${stack}.json`)}`;
}

/** A stack's configuration with another ledger in place of its own; what isn't Slipway's stays as it is. */
function withLedger(config: unknown, ledger: string): unknown {
  if (!isMapping(config) || !isMapping(config["slipway:stack"])) return config;
  return { ...config, "slipway:stack": { ...config["slipway:stack"], ledger } };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes the stack file that a run in the sandbox reads: the stack's own configuration, with the sandbox's salt in place
 * of the stack's key, and a ledger of the sandbox's in place of the stack's, so that neither is ever touched.
 * @returns the file
 */
export async function writeSandboxConfig(root: string, folder: string, stack: string): Promise<string> {
  const name = `Pulumi.${stack}.yaml`;
  const file = join(folder, name);
  const [own, sandbox] = await Promise.all([readYaml(join(root, name)), readYaml(file)]);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const salt = sandbox.encryptionsalt;
  const content = {
    ...(salt === undefined ? {} : { encryptionsalt: salt }),
    config: withLedger(withoutCiphertext(own.config ?? {}, STAND_IN).plain, sandboxLedger(root, stack)),
  };
  await writeFile(`${file}.draft`, stringify(content), { mode: 0o600 });
  await rename(`${file}.draft`, file);
  return file;
}
