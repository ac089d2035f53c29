import { spawn } from "node:child_process";
import type {
  handleUnaryCall,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { engineVersion } from "../engine.ts";
import { type Children, stop } from "./children.ts";
import { directDependencies } from "./dependencies.ts";
import { pluginCommand } from "./plugin.ts";
import { type NodeCommand, programCommand, programInfo, programOutcome, runtimeOptions } from "./program.ts";

type Unary<Request, Response> = (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>;

/**
 * Pulumi's `LanguageRuntime` service for Node programs, as far as an engine calls it to preview, deploy, check policies
 * and install. Generating code, and packing and linking SDKs, are left to the official host.
 */
export function languageRuntime(engineAddress: string, children: Children): UntypedServiceImplementation {
  return {
    handshake: unary(() => new language.LanguageHandshakeResponse()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(engineVersion)),
    // None are announced: the engine loads each provider when the program first uses it.
    getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
    getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
    about: unary(() =>
      new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
    ),
    runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
    template: unary(() => new language.TemplateResponse()),
    getProgramDependencies: unary(getProgramDependencies),
    run: unary((call: RunCall) => runProgram(call, engineAddress, children)),
    runPlugin: (call: PluginCall) => runPlugin(call, children),
    installDependencies: (call: InstallCall) => installDependencies(call, children),
    cancel: unary(() => {
      children.stopAll();
      return new empty.Empty();
    }),
    generateProgram: unary(unsupported("generate programs")),
    generateProject: unary(unsupported("generate projects")),
    generatePackage: unary(unsupported("generate packages")),
    pack: unary(unsupported("pack SDKs")),
    link: unary(unsupported("link packages")),
  };
}

type RunCall = ServerUnaryCall<language.RunRequest, language.RunResponse>;
type PluginCall = ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>;
type InstallCall = ServerWritableStream<
  language.InstallDependenciesRequest,
  language.InstallDependenciesResponse
>;

async function getProgramDependencies(
  call: ServerUnaryCall<language.GetProgramDependenciesRequest, language.GetProgramDependenciesResponse>,
): Promise<language.GetProgramDependenciesResponse> {
  const found = await directDependencies(programInfo(call.request).getProgramDirectory());
  const list = found.map(({ name, version }) =>
    new language.DependencyInfo().setName(name).setVersion(version),
  );
  return new language.GetProgramDependenciesResponse().setDependenciesList(list);
}

function runProgram(call: RunCall, engineAddress: string, children: Children): Promise<language.RunResponse> {
  const child = start(
    programCommand(call.request, engineAddress),
    ["ignore", "inherit", "inherit"],
    children,
  );
  call.on("cancelled", () => stop(child));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const outcome = programOutcome(code, signal);
      resolve(new language.RunResponse().setError(outcome.error ?? "").setBail(outcome.bail ?? false));
    });
  });
}

function runPlugin(call: PluginCall, children: Children): void {
  let child: ReturnType<typeof start>;
  try {
    child = start(pluginCommand(call.request), ["ignore", "pipe", "pipe"], children);
  } catch (error) {
    fail(call, error);
    return;
  }
  call.on("cancelled", () => stop(child));
  child.stdout?.on("data", (data: Buffer) => call.write(new language.RunPluginResponse().setStdout(data)));
  child.stderr?.on("data", (data: Buffer) => call.write(new language.RunPluginResponse().setStderr(data)));
  child.once("error", (error) => fail(call, error));
  // "close", not "exit": the last output comes before the exit code.
  child.once("close", (code) => {
    call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
}

function installDependencies(call: InstallCall, children: Children): void {
  const folder = call.request.getInfo()?.getProgramDirectory() || call.request.getDirectory();
  const info = call.request.getInfo();
  const manager = info ? runtimeOptions(info).packageManager : "npm";
  if (manager !== "npm") {
    fail(
      call,
      new Error(
        `Slipway's language host installs with npm only, and ${folder} asks for ${manager}. Run ${manager} install there.`,
      ),
    );
    return;
  }
  const child = spawn("npm", ["install"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  call.on("cancelled", () => stop(child));
  child.stdout.on("data", (data: Buffer) =>
    call.write(new language.InstallDependenciesResponse().setStdout(data)),
  );
  child.stderr.on("data", (data: Buffer) =>
    call.write(new language.InstallDependenciesResponse().setStderr(data)),
  );
  child.once("error", (error) => fail(call, new Error(`npm did not start in ${folder}: ${error.message}`)));
  child.once("close", (code, signal) => {
    if (code === 0) call.end();
    else if (signal) fail(call, new Error(`npm install in ${folder} was ended by ${signal}`));
    // A negative code is a failed start, which has been answered.
    else if (code !== null && code > 0)
      fail(call, new Error(`npm install in ${folder} ended with code ${code}`));
  });
}

/** Ends a streaming call with an error. `destroy` would end it without a word. */
function fail(call: PluginCall | InstallCall, error: unknown): void {
  call.emit("error", asServiceError(error));
}

/** Starts a child on the same Node that runs the host. */
function start(
  command: NodeCommand,
  stdio: ["ignore", "inherit" | "pipe", "inherit" | "pipe"],
  children: Children,
) {
  const child = spawn(process.execPath, command.args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio,
  });
  children.add(child);
  return child;
}

/** Answers a call with what `answer` returns, or with its error's message. */
function unary<Request, Response>(answer: Unary<Request, Response>): handleUnaryCall<Request, Response> {
  return async (call, callback: sendUnaryData<Response>) => {
    try {
      callback(null, await answer(call));
    } catch (error) {
      callback(asServiceError(error), null);
    }
  };
}

function unsupported(what: string): () => never {
  return () => {
    const message = `Slipway's language host does not ${what}. Use the official Pulumi release for that: https://www.pulumi.com/docs/install/`;
    throw Object.assign(new Error(message), { code: status.UNIMPLEMENTED });
  };
}

function asServiceError(error: unknown): Error & { code: status; details: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown }).code;
  return Object.assign(new Error(message), {
    code: typeof code === "number" ? (code as status) : status.UNKNOWN,
    details: message,
  });
}
