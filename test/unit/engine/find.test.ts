import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { engineFolders } from "../../../sandbox/engine/cache.ts";
import { findEngine, lookForEngine } from "../../../sandbox/engine/index.ts";
import { pulumiScript, script, temporaryFolder } from "./support.ts";

const installPulumi = "install Pulumi 3.220.0 or newer (https://www.pulumi.com/docs/install/)";

async function machine() {
  const folder = await temporaryFolder();
  const bin = join(folder, "bin");
  const env = { PATH: `${bin}:/usr/bin:/bin`, SLIPWAY_CACHE: join(folder, "cache") };
  return { folder, bin, env, folders: await engineFolders(env) };
}

test("an official pulumi on PATH is used", async () => {
  const { bin, env } = await machine();
  await script(join(bin, "pulumi"), pulumiScript("v3.250.1"));
  await script(join(bin, "pulumi-language-nodejs"), "");
  expect(await lookForEngine({ env })).toEqual({
    engine: {
      pulumi: join(bin, "pulumi"),
      version: "3.250.1",
      origin: "path",
      languageHost: "official",
      binFolder: bin,
    },
    onPath: undefined,
  });
});

test("the language host is looked for beside the real file, as the engine does", async () => {
  const { folder, bin, env } = await machine();
  const real = await script(join(folder, "cellar", "pulumi"), pulumiScript("v3.250.1"));
  await script(join(folder, "cellar", "pulumi-language-nodejs"), "");
  await script(join(bin, "something"), "");
  await symlink(real, join(bin, "pulumi"));
  expect((await findEngine({ env }))?.pulumi).toBe(join(bin, "pulumi"));
});

test("the oldest supported version is used, and the one before it is refused with both numbers", async () => {
  const { bin, env } = await machine();
  await script(join(bin, "pulumi-language-nodejs"), "");
  await script(join(bin, "pulumi"), pulumiScript("v3.220.0"));
  expect((await findEngine({ env }))?.version).toBe("3.220.0");
  await script(join(bin, "pulumi"), pulumiScript("v3.219.0"));
  expect(await lookForEngine({ env })).toEqual({
    engine: undefined,
    onPath: {
      tried: "pulumi on PATH",
      why: `${join(bin, "pulumi")} is 3.219.0, and 3.220.0 is the oldest that is supported`,
      remedies: [installPulumi],
    },
  });
});

test.each([
  ["exit 3", "does not tell its version (ends with code 3)"],
  ["echo broken >&2; exit 1", "does not tell its version (ends with code 1: broken)"],
  ["echo hello", "does not tell its version (names no version: hello)"],
])("a pulumi that does %j is refused with its words", async (body, why) => {
  const { bin, env } = await machine();
  await script(join(bin, "pulumi"), body);
  expect((await lookForEngine({ env })).onPath?.why).toBe(`${join(bin, "pulumi")} ${why}`);
});

test("a pulumi without a Node language host is refused", async () => {
  const { bin, env } = await machine();
  await script(join(bin, "pulumi"), pulumiScript("v3.259.0"));
  expect((await lookForEngine({ env })).onPath?.why).toBe(
    `${join(bin, "pulumi")} has no pulumi-language-nodejs beside it, so it runs no Node programs`,
  );
});

test("the cache is looked at after PATH: the download before the build", async () => {
  const { env, folders } = await machine();
  expect(await lookForEngine({ env })).toEqual({
    engine: undefined,
    onPath: { tried: "pulumi on PATH", why: "there is none", remedies: [installPulumi] },
  });
  await script(join(folders.built, "bin", "pulumi"), pulumiScript("v3.259.0"));
  expect(await findEngine({ env })).toMatchObject({ origin: "built", languageHost: "slipway" });
  await script(join(folders.downloaded, "bin", "pulumi"), pulumiScript("v3.259.0"));
  expect(await findEngine({ env })).toMatchObject({ origin: "download", languageHost: "official" });
});

test("a cached engine that is on PATH too is still the cached one", async () => {
  const { env, folders } = await machine();
  const pulumi = await script(join(folders.built, "bin", "pulumi"), pulumiScript("v3.259.0"));
  await script(join(folders.built, "bin", "pulumi-language-nodejs"), "");
  const again = { ...env, PATH: `${join(folders.built, "bin")}:${env.PATH}` };
  expect(await findEngine({ env: again })).toMatchObject({
    pulumi,
    origin: "built",
    languageHost: "slipway",
  });
});

test("a cached engine that does not run is not used", async () => {
  const { env, folders } = await machine();
  await script(join(folders.built, "bin", "pulumi"), "exit 1");
  expect(await findEngine({ env })).toBeUndefined();
});
