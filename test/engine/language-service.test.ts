import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ClientReadableStream, credentials, type ServiceError, status } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, onTestFinished, test } from "vitest";
import { eventually, runs, temporaryFolder, writeFiles } from "./support.ts";

const host = fileURLToPath(new URL("../../sandbox/engine/language-host.ts", import.meta.url));
const nodeModules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** Starts a language host as an engine would, and a client that speaks to it. */
async function startHost() {
  const child: ChildProcess = spawn(process.execPath, [host, "127.0.0.1:1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (!child.stdout) throw new Error("the host has no standard output");
  const [port] = await once(createInterface(child.stdout), "line");
  const client = new grpc.LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  return { child, client };
}

async function programFolder(files: Readonly<Record<string, string>>, installed = true) {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  if (installed) await symlink(nodeModules, join(folder, "node_modules"));
  const options = struct.Struct.fromJavaScript({ typescript: false });
  const info = new language.ProgramInfo()
    .setRootDirectory(folder)
    .setProgramDirectory(folder)
    .setEntryPoint(".");
  return { folder, info: info.setOptions(options) };
}

function failure(
  call: (callback: (error: ServiceError | null) => void) => unknown,
): Promise<ServiceError | null> {
  return new Promise((resolve) => call(resolve));
}

interface Streamed {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
  error: ServiceError | undefined;
}

function gather(
  stream: ClientReadableStream<language.RunPluginResponse | language.InstallDependenciesResponse>,
): Promise<Streamed> {
  const seen: Streamed = { stdout: "", stderr: "", exitCode: undefined, error: undefined };
  return new Promise((resolve) => {
    stream.on("data", (part: language.RunPluginResponse | language.InstallDependenciesResponse) => {
      seen.stdout += Buffer.from(part.getStdout_asU8()).toString();
      seen.stderr += Buffer.from(part.getStderr_asU8()).toString();
      if (part instanceof language.RunPluginResponse && part.getOutputCase() === 3)
        seen.exitCode = part.getExitcode();
    });
    stream.on("error", (error: ServiceError) => {
      seen.error = error;
      resolve(seen);
    });
    stream.on("end", () => resolve(seen));
  });
}

test("about names the Node that runs programs", async () => {
  const { client } = await startHost();
  const about = await new Promise<language.AboutResponse>((resolve, reject) =>
    client.about(new language.AboutRequest(), (error, response) =>
      error ? reject(error) : resolve(response),
    ),
  );
  expect([about.getExecutable(), about.getVersion()]).toEqual([process.execPath, process.version]);
});

test("a program's dependencies are those of its package.json, in the versions that are installed", async () => {
  const { client } = await startHost();
  const { info } = await programFolder(
    {
      "package.json": '{"dependencies": {"one": "^1.0.0", "@scope/two": "*", "absent": "^9.0.0"}}',
      "node_modules/one/package.json": '{"version": "1.2.3", "exports": {}}',
      "node_modules/@scope/two/package.json": '{"version": "2.0.0"}',
    },
    false,
  );
  const response = await new Promise<language.GetProgramDependenciesResponse>((resolve, reject) =>
    client.getProgramDependencies(
      new language.GetProgramDependenciesRequest().setInfo(info),
      (error, answer) => (error ? reject(error) : resolve(answer)),
    ),
  );
  expect(response.getDependenciesList().map((each) => [each.getName(), each.getVersion()])).toEqual([
    ["@scope/two", "2.0.0"],
    ["absent", "^9.0.0"],
    ["one", "1.2.3"],
  ]);
});

test("a program without the SDK is told to install it", async () => {
  const { client } = await startHost();
  const { folder, info } = await programFolder({ "index.ts": "" }, false);
  const error = await failure((callback) => client.run(new language.RunRequest().setInfo(info), callback));
  expect(error?.details).toBe(
    `${folder} has no @pulumi/pulumi installed (@pulumi/pulumi/cmd/run was not found). Run npm install there.`,
  );
});

test("what is left to the official host is unimplemented, and says where to get it", async () => {
  const { client } = await startHost();
  const error = await failure((callback) =>
    client.generatePackage(new language.GeneratePackageRequest(), callback),
  );
  expect(error?.code).toBe(status.UNIMPLEMENTED);
  expect(error?.details).toBe(
    "Slipway's language host does not generate packages. Use the official Pulumi release for that: https://www.pulumi.com/docs/install/",
  );
});

test("dependencies are installed by npm, whose output is streamed", async () => {
  const { client } = await startHost();
  const { info } = await programFolder({ "package.json": '{"name": "small", "version": "1.0.0"}' }, false);
  const request = () => new language.InstallDependenciesRequest().setInfo(info);
  const installed = await gather(client.installDependencies(request()));
  expect(installed.error).toBeUndefined();
  expect(installed.stdout).toContain("up to date");
  await writeFiles(info.getProgramDirectory(), { "package.json": "not JSON" });
  const refused = await gather(client.installDependencies(request()));
  expect(refused.error?.details).toMatch(/^npm install in .* ended with code [1-9]\d*$/);
  expect(refused.stderr).toContain("package.json");
});

test("a program that asks for another package manager is told to use it by hand", async () => {
  const { client } = await startHost();
  const { folder, info } = await programFolder({ "package.json": "{}" }, false);
  info.setOptions(struct.Struct.fromJavaScript({ packagemanager: "pnpm" }));
  const refused = await gather(
    client.installDependencies(new language.InstallDependenciesRequest().setInfo(info)),
  );
  expect(refused.error?.details).toBe(
    `Slipway's language host installs with npm only, and ${folder} asks for pnpm. Run pnpm install there.`,
  );
});

const plugin = `
console.log("arguments", JSON.stringify(process.argv.slice(2)), "flavour", process.env.FLAVOUR);
console.error("to stderr");
`;

test("a plugin gets its arguments and environment; its output and exit code come back", async () => {
  const { client } = await startHost();
  const { info } = await programFolder({
    "package.json": '{"name": "small", "main": "index.js", "type": "module"}',
    "index.js": `${plugin}\nprocess.exit(7);\n`,
  });
  const request = new language.RunPluginRequest().setInfo(info).setKind("resource");
  request.setArgsList(["127.0.0.1:2"]).setEnvList(["FLAVOUR=a=b"]);
  const ran = await gather(client.runPlugin(request));
  expect(ran.stdout).toBe('arguments ["127.0.0.1:2"] flavour a=b\n');
  expect(ran.stderr).toBe("to stderr\n");
  expect(ran.exitCode).toBe(7);
});

const endless = {
  "package.json": '{"name": "small", "main": "index.js", "type": "module"}',
  "index.js": "console.log(process.pid);\nsetInterval(() => {}, 1000);\n",
};

/** Starts a plugin that never ends by itself, and gives its process id once it runs. */
async function startEndless(client: InstanceType<typeof grpc.LanguageRuntimeClient>) {
  const { info } = await programFolder(endless);
  const stream = client.runPlugin(new language.RunPluginRequest().setInfo(info).setKind("resource"));
  stream.on("error", () => {});
  const [first] = await once(stream, "data");
  const pid = Number(Buffer.from((first as language.RunPluginResponse).getStdout_asU8()).toString());
  expect(runs(pid)).toBe(true);
  return { stream, ended: () => eventually(() => (runs(pid) ? undefined : true)) };
}

test("a plugin ends when its call is cancelled", async () => {
  const { client } = await startHost();
  const { stream, ended } = await startEndless(client);
  stream.cancel();
  await ended();
});

test("a plugin ends when the engine cancels everything", async () => {
  const { client } = await startHost();
  const { ended } = await startEndless(client);
  await new Promise<void>((resolve, reject) =>
    client.cancel(new empty.Empty(), (error) => (error ? reject(error) : resolve())),
  );
  await ended();
});

test("a plugin ends with its host", async () => {
  const { client, child } = await startHost();
  const { ended } = await startEndless(client);
  child.kill("SIGTERM");
  await ended();
});
