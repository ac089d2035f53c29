import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { access, constants, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { engineProgram } from "../../../sandbox/engine/build.ts";
import { engineFolders } from "../../../sandbox/engine/cache.ts";
import { checkDisk } from "../../../sandbox/engine/compile.ts";
import { freeBytes, showBytes } from "../../../sandbox/engine/disk.ts";
import { AttemptError } from "../../../sandbox/engine/errors.ts";
import { ensureEngine, NoEngineError } from "../../../sandbox/engine/index.ts";
import { pulumiScript, script, temporaryFolder, until } from "./support.ts";

/** A `go` that answers for its version, and for `build` writes down what it was given and does `body`. */
const goScript = (body: string) => `
if [ "$1" = env ]; then echo go1.26.8; exit; fi
echo "$@" > "$RECORD/arguments"
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
/bin/mkdir -p "$GOCACHE/entry"
for name in GOCACHE GOFLAGS CGO_ENABLED GOTOOLCHAIN GOWORK; do eval "echo $name=\\$$name"; done > "$RECORD/environment"
${body}
`;
const goThatBuilds = goScript(`printf '#!/bin/sh\\necho v3.259.0\\n' > "$out"; /bin/chmod 755 "$out"`);

/** A machine without an internet connection, whose PATH has only what the test puts there. */
async function machine() {
  const folder = await temporaryFolder();
  const bin = join(folder, "bin");
  const env = {
    HOME: folder,
    PATH: bin,
    RECORD: folder,
    SLIPWAY_CACHE: join(folder, "cache"),
    HTTPS_PROXY: "http://127.0.0.1:1",
    NO_PROXY: "",
  };
  const lines: string[] = [];
  const ensure = () => ensureEngine({ env, report: (line) => lines.push(line) });
  return { folder, bin, env, lines, ensure, folders: await engineFolders(env) };
}

test("without a pulumi and without internet an engine is built, then found again", async () => {
  const { folder, bin, lines, ensure, folders } = await machine();
  await script(join(bin, "go"), goThatBuilds);
  const engine = await ensure();
  expect(engine).toEqual({
    pulumi: join(folders.built, "bin", "pulumi"),
    version: "3.259.0",
    origin: "built",
    languageHost: "slipway",
    binFolder: join(folders.built, "bin"),
  });
  expect(lines[0]).toBe(
    "getting a Pulumi engine, since there is none here yet: trying the official download",
  );
  expect(lines[1]).toMatch(/^official download failed \(get\.pulumi\.com: .*\); next way$/);
  expect(lines[2]).toMatch(/^building Pulumi 3\.259\.0 with Go 1\.26\.8: /);
  await access(join(engine.binFolder, "pulumi-language-nodejs"), constants.X_OK);

  const [cacheLine, ...settings] = (await readFile(join(folder, "environment"), "utf8")).trim().split("\n");
  expect(settings).toEqual(["GOFLAGS=-mod=readonly", "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOWORK=off"]);
  const goCache = cacheLine?.replace("GOCACHE=", "") ?? "";
  expect(goCache.startsWith(folders.parent)).toBe(true);
  expect(existsSync(goCache)).toBe(false);
  expect(await readdir(folders.parent)).toEqual([folders.built.slice(folders.parent.length + 1)]);

  lines.length = 0;
  expect(await ensure()).toEqual(engine);
  expect(lines).toEqual([]);
});

test("an engine on PATH that is too old is named, and the next ways are gone", async () => {
  const { bin, lines, ensure } = await machine();
  await script(join(bin, "pulumi"), pulumiScript("v3.100.0"));
  await script(join(bin, "go"), goThatBuilds);
  expect((await ensure()).origin).toBe("built");
  expect(lines[0]).toBe(
    `not using pulumi on PATH: ${join(bin, "pulumi")} is 3.100.0, and 3.220.0 is the oldest that is supported`,
  );
});

test("when nothing works the error has Go's last words and the ways on, and nothing is left", async () => {
  const { bin, ensure, folders } = await machine();
  await script(join(bin, "go"), goScript('echo "go: example.com/m@v1: forbidden" >&2; exit 1'));
  const error = await ensure().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NoEngineError);
  const [first, , , ...rest] = (error as Error).message.split("\n");
  expect(first).toBe("There is no Pulumi engine on this machine, and none could be had.");
  expect(rest).toEqual([
    "  build from the Go module proxy: go build ended with code 1:",
    "      go: example.com/m@v1: forbidden",
    "Any one of these helps:",
    "  - install Pulumi 3.220.0 or newer (https://www.pulumi.com/docs/install/)",
    "  - connect to the internet, or set HTTPS_PROXY if this machine needs a proxy to reach it",
    "  - set GOPROXY to a Go module proxy that this machine reaches, or HTTPS_PROXY if it needs a proxy",
    "  - set SLIPWAY_CACHE to a folder on another disk, if the disk is the cause",
  ]);
  expect(await readdir(folders.parent)).toEqual([]);
});

test("Ctrl-C in the middle of a build ends the compiler and what it started, and leaves nothing", async () => {
  const { folder, bin, env, folders } = await machine();
  await script(
    join(bin, "go"),
    goScript(
      '/bin/sleep 600 & echo "$$ $!" > "$RECORD/pids.part"; /bin/mv "$RECORD/pids.part" "$RECORD/pids"; wait',
    ),
  );
  const index = fileURLToPath(new URL("../../../sandbox/engine/index.ts", import.meta.url));
  const program = `import { ensureEngine } from ${JSON.stringify(index)}; await ensureEngine({ report: () => {} });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
  await until(() => existsSync(join(folder, "pids")));
  const pids = (await readFile(join(folder, "pids"), "utf8")).trim().split(" ").map(Number);
  child.kill("SIGINT");
  expect(await ended).toEqual({ code: null, signal: "SIGINT" });
  await until(() => pids.every((pid) => !alive(pid)));
  expect(await readdir(folders.parent)).toEqual([]);
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("too little disk is said with both amounts, the folder, and the ways on, before anything is fetched", async () => {
  const folder = await temporaryFolder();
  await expect(checkDisk(engineProgram, folder, {}, async () => 5.5e9)).resolves.toBeUndefined();
  const error = await checkDisk(engineProgram, join(folder, ".built.work"), {}, async () => 1.21e9).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AttemptError)) throw new Error("checkDisk should throw an AttemptError");
  expect(error.attempt).toEqual({
    tried: "build from the Go module proxy",
    why: `needs 5.5 GB of disk while it runs (115 MB stay); ${folder} has 1.2 GB free`,
    remedies: [
      `free 4.3 GB of disk at ${folder}`,
      "set SLIPWAY_CACHE to a folder on a larger disk (it is not set now)",
    ],
  });
});

test("the disk of a folder that is not there yet is its nearest parent's", async () => {
  const folder = await temporaryFolder();
  const [there, notYet] = [await freeBytes(folder), await freeBytes(join(folder, "a", "b"))];
  expect(there).toBeGreaterThan(0);
  // Other processes write meanwhile; a wrong file system would be off by far more.
  expect(Math.abs(there - notYet)).toBeLessThan(there / 2);
});

test.each([
  [1, "1 kB"],
  [114_999_999, "115 MB"],
  [2_849_000_000, "2.8 GB"],
])("%i bytes are shown as %s", (bytes, shown) => {
  expect(showBytes(bytes)).toBe(shown);
});
