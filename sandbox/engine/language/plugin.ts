import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunPluginRequest } from "@pulumi/pulumi/proto/language_pb.js";
import { type NodeCommand, programInfo, resolveFrom, runtimeOptions } from "./program.ts";

/** How to run a policy pack or a provider that is written for Node. */
export function pluginCommand(request: RunPluginRequest): NodeCommand {
  const info = programInfo(request);
  const folder = info.getProgramDirectory();
  const options = runtimeOptions(info);
  const analyzer = request.getKind() === "analyzer";
  const runner = resolveFrom(
    folder,
    analyzer ? "@pulumi/pulumi/cmd/run-policy-pack" : "@pulumi/pulumi/cmd/run-plugin",
  );
  const args = request.getArgsList();
  return {
    // The two runners want the program's place in different places.
    args: [...options.nodeArguments, runner, ...(analyzer ? [...args, folder] : [folder, ...args])],
    cwd: request.getPwd() || folder,
    env: {
      ...options.env,
      ...(analyzer ? compileCache() : {}),
      ...Object.fromEntries(request.getEnvList().map(splitPair)),
    },
  };
}

/**
 * Where Node keeps compiled code by itself, said from the start: a pack's runner loads TypeScript's compiler each time, whatever
 * the pack is written in.
 */
function compileCache(): Record<string, string> {
  return { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), "node-compile-cache") };
}

function splitPair(pair: string): [name: string, value: string] {
  const index = pair.indexOf("=");
  return index < 0 ? [pair, ""] : [pair.slice(0, index), pair.slice(index + 1)];
}
