// Downloads the official Pulumi release: `node download-main.ts <version> <folder>`; started by download.ts.
// Says in one line on standard error why it can't.
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { PulumiCommandOptions } from "@pulumi/pulumi/automation/index.js";

/** Where the Automation API gets its installer. */
const address = "https://get.pulumi.com/install.sh";

/** Milliseconds until a silent network counts as none. */
const patience = 5_000;

const [version, folder] = process.argv.slice(2);
if (!version || !folder) throw new Error("Usage: node download-main.ts <version> <folder>");

try {
  await probe();
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  const { SemVer } = await import("semver");
  const options: PulumiCommandOptions = { version: new SemVer(version), root: folder };
  await PulumiCommand.install(options);
  await access(join(folder, "bin", "pulumi"));
} catch (error) {
  console.error(reason(error));
  process.exitCode = 1;
}

/** Throws quickly where there is no way to the release. The installer itself would try for two minutes. */
async function probe(): Promise<void> {
  const response = await fetch(address, { method: "HEAD", signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`answered ${response.status} ${response.statusText}`);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return `${new URL(address).host}: ${cause}`;
}
