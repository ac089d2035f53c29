import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { maxMemory } from "../../components/data/redis-config.ts";
import { LocalRedis, stop } from "./redis-support.ts";

const MEMORY = 256 * 2 ** 20;

/** The server and its client are Debian's; `npm run parts` brings none to this machine itself. */
const there = ["redis-server", "redis-cli"].every((name) => spawnSync(name, ["--version"]).status === 0);
const missing = there ? "" : " (no redis-server here: apt-get install redis-server)";

test.runIf(there)(
  `OS-01 a real Redis keeps what it is told, by the files and probes of its pod${missing}`,
  { timeout: 60_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-redis-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const redis = await LocalRedis.layOut(folder, MEMORY);
    expect(await redis.probe("startup")).toBe(false);
    expect(await redis.probe("liveness")).toBe(false);

    const first = await redis.start();
    expect(await redis.probe("liveness")).toBe(true);
    expect(await redis.askAsStranger("ping")).toContain("NOAUTH");
    expect(await redis.ask("config", "get", "maxmemory")).toBe(`maxmemory\n${maxMemory(MEMORY)}`);
    expect(await redis.ask("set", "conversation", "kept")).toBe("OK");
    // Told to stop, it saves.
    await stop(first, "SIGTERM");
    expect(await readdir(redis.data)).toEqual(["appendonlydir", "dump.rdb"]);

    // Killed, it has what it had answered for.
    const second = await redis.start();
    expect(await redis.ask("get", "conversation")).toBe("kept");
    expect(await redis.ask("set", "conversation", "kept still")).toBe("OK");
    await stop(second, "SIGKILL");
    const third = await redis.start();
    expect(await redis.ask("get", "conversation")).toBe("kept still");

    // Full, it refuses and forgets nothing; starting it again would not help.
    await redis.ask("config", "set", "maxmemory", "1");
    expect(await redis.ask("set", "more", "x")).toContain("OOM command not allowed");
    expect(await redis.ask("get", "conversation")).toBe("kept still");
    expect(await redis.probe("liveness")).toBe(true);
    await stop(third, "SIGTERM");
  },
);
