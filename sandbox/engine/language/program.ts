import { createRequire } from "node:module";
import { join } from "node:path";
import type { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb.js";

/** The exit code by which a program says that the user has already been told what is wrong. */
const alreadyReported = 32;

/** A Node process to start: what, with which arguments, where, and what is added to its environment. */
export interface NodeCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How to run a program for one deployment. Configuration goes by environment, where `ps` does not show it. */
export function programCommand(request: RunRequest, engineAddress: string): NodeCommand {
  const info = programInfo(request);
  const folder = info.getProgramDirectory();
  const options = runtimeOptions(info);
  const named: Readonly<Record<string, string>> = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: folder,
    "root-directory": info.getRootDirectory(),
    parallel: String(request.getParallel()),
  };
  const flags = Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value]));
  if (request.getDryrun()) flags.push("--dry-run");
  return {
    args: [
      ...options.nodeArguments,
      resolveFrom(folder, "@pulumi/pulumi/cmd/run"),
      ...flags,
      info.getEntryPoint() || ".",
      ...request.getArgsList(),
    ],
    cwd: folder,
    env: {
      ...options.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  };
}

/** What the engine is told about a program's end: nothing, "stop without further words", or an error. */
export function programOutcome(code: number | null, signal: string | null): { error?: string; bail?: true } {
  if (code === 0) return {};
  if (code === alreadyReported) return { bail: true };
  if (code === null) return { error: `Program was ended by ${signal ?? "a signal"}` };
  return { error: `Program exited with non-zero exit code: ${code}` };
}

/** A request's program, which engines have sent with every request since 2023. */
export function programInfo(request: { getInfo(): ProgramInfo | undefined }): ProgramInfo {
  const info = request.getInfo();
  if (!info) throw new Error("The engine's request names no program; it is too old for this language host.");
  return info;
}

/** `runtime.options` of Pulumi.yaml or PulumiPolicy.yaml, with the official host's names and defaults. */
export function runtimeOptions(info: ProgramInfo): {
  readonly nodeArguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly packageManager: string;
} {
  const options: Record<string, unknown> = info.getOptions()?.toJavaScript() ?? {};
  const nodeArguments = String(options.nodeargs ?? "")
    .split(/\s+/)
    .filter((each) => each !== "");
  const env: Record<string, string> = {};
  if (options.typescript !== false) env.PULUMI_NODEJS_TYPESCRIPT = "true";
  if (typeof options.tsconfig === "string") env.PULUMI_NODEJS_TSCONFIG_PATH = options.tsconfig;
  return { nodeArguments, env, packageManager: String(options.packagemanager ?? "npm") };
}

/** Path of a module as the program itself would find it. */
export function resolveFrom(folder: string, module: string): string {
  try {
    return createRequire(join(folder, "program.js")).resolve(module);
  } catch {
    throw new Error(
      `${folder} has no @pulumi/pulumi installed (${module} was not found). Run npm install there.`,
    );
  }
}
