import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  LEAST_REDIS_MEMORY,
  maxMemory,
  planRedisFiles,
  planRedisProbes,
  redisGraceSeconds,
} from "../../../components/data/redis-config.ts";
import { planQuota } from "../../../components/kubernetes/quota.ts";

const MEBIBYTE = 2 ** 20;
const run = promisify(execFile);
const PASSWORD = "correcthorsebatterystaple0123456789abcd";

describe("Redis in a container", () => {
  const memory = fc.integer({ min: LEAST_REDIS_MEMORY, max: 300 * 1024 * MEBIBYTE });

  test("OS-01 fits its memory even while all of its data is there twice", () => {
    fc.assert(
      fc.property(memory, (bytes) => {
        expect(maxMemory(bytes)).toBeGreaterThanOrEqual(bytes / 4);
        expect(2 * maxMemory(bytes) + 32 * MEBIBYTE).toBeLessThanOrEqual(bytes);
      }),
    );
  });

  test("has time to read, and to write, all that it may hold", () => {
    const folders = { config: "/c", data: "/d", scratch: "/s", password: "/p" };
    fc.assert(
      fc.property(memory, (bytes) => {
        const { startup } = planRedisProbes(bytes, folders);
        const seconds = Number(startup.periodSeconds) * Number(startup.failureThreshold);
        expect(seconds * 20 * MEBIBYTE).toBeGreaterThan(maxMemory(bytes));
        expect(redisGraceSeconds(bytes) * 50 * MEBIBYTE).toBeGreaterThan(maxMemory(bytes));
      }),
    );
  });

  test("a quota has room for its volume, whatever its size", () => {
    fc.assert(
      fc.property(memory, memory, (bytes, storage) => {
        const size = { most: 1, cpu: 0.25, cpuLimit: 1, memory: bytes, storage };
        const { hard } = planQuota([{ name: "redis", ...size }]);
        const mebibytes = (of: string) => Number.parseInt((hard as Record<string, string>)[of] ?? "", 10);
        expect(mebibytes("requests.storage") * MEBIBYTE).toBeGreaterThanOrEqual(storage);
        expect(mebibytes("limits.memory") * MEBIBYTE).toBeGreaterThanOrEqual(bytes);
      }),
    );
  });
});

describe("its scripts", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-redis-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  /** Lays the files out as a pod would have them. */
  async function layOut(name: string, port: number) {
    const at = (folder: string) => join(root, name, folder);
    const folders = {
      config: at("config"),
      data: at("data"),
      scratch: at("scratch"),
      password: at("secret/value"),
    };
    for (const folder of [folders.config, folders.data, folders.scratch, at("secret")]) {
      await mkdir(folder, { recursive: true });
    }
    await writeFile(folders.password, PASSWORD);
    const files = planRedisFiles(256 * MEBIBYTE, port, "everysec", folders);
    for (const [file, content] of Object.entries(files)) await writeFile(join(folders.config, file), content);
    return { ...folders, files, probes: planRedisProbes(256 * MEBIBYTE, folders) };
  }

  test("hold no password: it reaches the server by a file that nobody else can read", async () => {
    const { config, scratch, files } = await layOut("stub", 6379);
    const bin = join(root, "stub", "bin");
    await mkdir(bin);
    await writeFile(join(bin, "redis-server"), '#!/bin/sh\necho "$@" > "$ARGUMENTS"\nenv > "$ENVIRONMENT"\n');
    await chmod(join(bin, "redis-server"), 0o755);
    const [argv, env] = [join(root, "argv"), join(root, "env")];
    await run("sh", [join(config, "start.sh")], {
      env: { PATH: `${bin}${delimiter}${process.env.PATH}`, ARGUMENTS: argv, ENVIRONMENT: env },
    });
    const target = join(scratch, "redis.conf");
    expect(await readFile(argv, "utf8")).toBe(`${target}\n`);
    expect(await readFile(env, "utf8")).not.toContain(PASSWORD);
    expect(JSON.stringify(files)).not.toContain(PASSWORD);
    expect(await readFile(target, "utf8")).toBe(`${files["redis.conf"]}requirepass "${PASSWORD}"\n`);
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });
});
