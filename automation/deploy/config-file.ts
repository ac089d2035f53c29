import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
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

/**
 * Writes the stack file that a run in the sandbox reads: the stack's own configuration, with the sandbox's salt in place
 * of the stack's key, so that the committed file is never touched.
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
    config: withoutCiphertext(own.config ?? {}, STAND_IN).plain,
  };
  await writeFile(`${file}.draft`, stringify(content), { mode: 0o600 });
  await rename(`${file}.draft`, file);
  return file;
}
