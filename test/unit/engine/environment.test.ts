import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Engine, engineEnvironment, preparePassphrase } from "../../../sandbox/engine/index.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import { temporaryFolder } from "./support.ts";

const engine: Engine = {
  pulumi: "/opt/engine/bin/pulumi",
  version: "3.259.0",
  origin: "built",
  languageHost: "slipway",
  binFolder: "/opt/engine/bin",
};

test("the environment names the sandbox's own home, state and passphrase, and holds no secret", async () => {
  const paths = sandboxPaths("/home/ada/a project");
  const environment = engineEnvironment(engine, paths, { PATH: "/usr/bin" });
  expect(environment).toMatchObject({
    PATH: "/opt/engine/bin:/usr/bin",
    PULUMI_HOME: "/home/ada/a project/.slipway/sandbox/home",
    PULUMI_BACKEND_URL: "file:///home/ada/a%20project/.slipway/sandbox/state?metadata=skip",
    PULUMI_CONFIG_PASSPHRASE_FILE: "/home/ada/a project/.slipway/sandbox/passphrase",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    SLIPWAY_NODE: process.execPath,
  });
  expect(environment).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
});

test("a passphrase variable of the user's, which the engine would prefer, is answered with the sandbox's", async () => {
  const paths = sandboxPaths(await temporaryFolder());
  await preparePassphrase(paths);
  const environment = engineEnvironment(engine, paths, { PATH: "/usr/bin", PULUMI_CONFIG_PASSPHRASE: "" });
  const kept = (await readFile(paths.passphrase, "utf8")).trim();
  expect(environment.PULUMI_CONFIG_PASSPHRASE).toBe(kept);
});

test("the passphrase is random, for its owner only, and never written twice", async () => {
  const [one, two] = [sandboxPaths(await temporaryFolder()), sandboxPaths(await temporaryFolder())];
  await Promise.all(Array.from({ length: 8 }, () => preparePassphrase(one)));
  await preparePassphrase(two);
  const first = await readFile(one.passphrase, "utf8");
  expect(first).toMatch(/^[\w-]{43}\n$/);
  expect(await readFile(two.passphrase, "utf8")).not.toBe(first);
  expect((await stat(one.passphrase)).mode & 0o777).toBe(0o600);
  for (const folder of [one.folder, one.home, one.state]) {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  }
  expect((await readdir(one.folder)).sort()).toEqual(["home", "passphrase", "state"]);

  await writeFile(one.passphrase, "mine\n");
  await preparePassphrase(one);
  expect(await readFile(join(one.folder, "passphrase"), "utf8")).toBe("mine\n");
});
