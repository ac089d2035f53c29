import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unpackDebian } from "../../../sandbox/prometheus/debian.ts";
import { ensurePrometheus, findPrometheus } from "../../../sandbox/prometheus/tools.ts";
import { script, temporaryFolder } from "../engine/support.ts";

async function machine() {
  const folder = await temporaryFolder();
  const bin = join(folder, "bin");
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, SLIPWAY_CACHE: join(folder, "cache") };
  return { folder, bin, env };
}

/** What `dpkg -x` would leave: the named programs, each telling its version. */
const unpacks = (...names: readonly string[]) =>
  [
    'mkdir -p "$3/usr/bin"',
    ...names.map((name) => `printf '#!/bin/sh\\necho ${name}' > "$3/usr/bin/${name}"`),
    'chmod 755 "$3"/usr/bin/*',
  ].join("\n");

const PROGRAMS = ["prometheus", "promtool", "prometheus-alertmanager", "amtool"];

test("what is on PATH is used, whoever put it there; the Alertmanager may be missing", async () => {
  const { bin, env } = await machine();
  expect(await findPrometheus(env)).toBeUndefined();
  for (const name of ["prometheus", "promtool"]) await script(join(bin, name), "");
  // Prometheus alone does not do: Alertmanager's routes are checked by amtool.
  expect(await findPrometheus(env)).toBeUndefined();
  await script(join(bin, "amtool"), "");
  const tools = {
    prometheus: join(bin, "prometheus"),
    promtool: join(bin, "promtool"),
    amtool: join(bin, "amtool"),
  };
  expect(await findPrometheus(env)).toEqual(tools);
  await script(join(bin, "prometheus-alertmanager"), "");
  expect(await findPrometheus(env)).toEqual({
    ...tools,
    alertmanager: join(bin, "prometheus-alertmanager"),
  });
});

test("Debian's packages are unpacked into the cache once, and nothing is installed", async () => {
  const { folder, bin, env } = await machine();
  const calls = join(folder, "calls");
  await script(join(bin, "apt-get"), `echo "$@" >> ${calls}; touch a.deb`);
  await script(join(bin, "dpkg"), unpacks(...PROGRAMS));
  const reported: string[] = [];
  const tools = await ensurePrometheus({ report: (line) => reported.push(line), env });
  const cached = join(env.SLIPWAY_CACHE, "prometheus", `debian-${process.platform}-${process.arch}`, "bin");
  expect(tools).toEqual({
    prometheus: join(cached, "prometheus"),
    promtool: join(cached, "promtool"),
    amtool: join(cached, "amtool"),
    alertmanager: join(cached, "alertmanager"),
  });
  expect(await ensurePrometheus({ report: (line) => reported.push(line), env })).toEqual(tools);
  expect(await readFile(calls, "utf8")).toBe("download prometheus prometheus-alertmanager\n");
  expect(reported).toEqual(["fetching Debian's packages of Prometheus and the Alertmanager (30 MB)"]);
});

test.each([
  [
    "packages without amtool",
    unpacks("prometheus", "promtool", "prometheus-alertmanager"),
    "they hold no amtool",
  ],
  [
    "programs that do not run here",
    `${unpacks(...PROGRAMS)}\nprintf '#!/bin/sh\\necho no libc >&2; exit 127' > "$3/usr/bin/prometheus"`,
    "prometheus: ended with code 127:\nno libc",
  ],
])("%s are refused in words", async (_, dpkg, why) => {
  const { folder, bin, env } = await machine();
  await script(join(bin, "apt-get"), "touch a.deb");
  await script(join(bin, "dpkg"), dpkg);
  const work = join(folder, "work");
  await mkdir(work);
  const unpacking = unpackDebian(work, { report: () => {}, env, signal: new AbortController().signal });
  await expect(unpacking).rejects.toThrow(why);
});

test("where neither apt nor Go leads there, both are told, with the ways out", async () => {
  const { bin, env } = await machine();
  await script(join(bin, "apt-get"), "echo E: no such package >&2; exit 100");
  await script(join(bin, "go"), '[ "$1" = env ] && echo go1.26.8 && exit; echo no proxy >&2; exit 1');
  const said = await ensurePrometheus({ report: () => {}, env }).catch((error: Error) => error.message);
  expect(said).toContain("There is no Prometheus on this machine, and none could be had.");
  expect(said).toContain(
    "Debian's packages: apt-get download: ended with code 100:\n      E: no such package",
  );
  expect(said).toContain("build from the Go module proxy: go build ended with code 1:\n      no proxy");
  expect(said).toContain("- install Prometheus and the Alertmanager");
  expect(await findPrometheus(env)).toBeUndefined();
});
