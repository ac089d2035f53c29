import type { StoreFacts } from "../kubernetes/stateful-set.ts";

const MEBIBYTE = 2 ** 20;

/** How often what is written reaches the disk: at each write, once a second, or when the system sees fit. */
export type Fsync = "always" | "everysec" | "no";

/** Memory of the server itself, its connections and its scripts, beside the data. */
const OVERHEAD = 32 * MEBIBYTE;

/** Least memory that is worth a server. */
export const LEAST_REDIS_MEMORY = 128 * MEBIBYTE;

/**
 * Bytes of data that a Redis with `memory` bytes may hold: half of what is left beside the server. While a snapshot is
 * written, or the append-only file anew, each page that changes is there twice: "Redis can use up to 2 times the memory
 * normally used" (redis.io, "Redis administration", "Memory"). An OOM kill in the middle of it would come again at the next.
 */
export function maxMemory(memory: number): number {
  return Math.floor((memory - OVERHEAD) / 2);
}

/** Where things are in the container. */
export interface RedisFolders {
  readonly config: string;
  readonly data: string;
  /** In memory: the configuration with the password is written here. */
  readonly scratch: string;
  /** File with the password. */
  readonly password: string;
}

/** The server's configuration but for its password. */
function planConfiguration(
  memory: number,
  port: number,
  fsync: Fsync,
  { data }: RedisFolders,
): readonly string[] {
  return [
    `port ${port}`,
    "bind * -::*",
    `dir ${data}`,
    // Every write, and a snapshot an hour that a backup can take as it is.
    "appendonly yes",
    `appendfsync ${fsync}`,
    "aof-use-rdb-preamble yes",
    "auto-aof-rewrite-percentage 100",
    "auto-aof-rewrite-min-size 64mb",
    "save 3600 1",
    "stop-writes-on-bgsave-error yes",
    "shutdown-on-sigterm save",
    `maxmemory ${maxMemory(memory)}`,
    // What is kept is kept: a write that finds no room is an error, not the loss of another conversation.
    "maxmemory-policy noeviction",
    "lazyfree-lazy-expire yes",
    "tcp-keepalive 60",
    'logfile ""',
    "loglevel notice",
  ];
}

/** Writes the configuration with the password, where nobody else can read it, and becomes the server. */
function planStart({ config, scratch, password }: RedisFolders): readonly string[] {
  const target = `${scratch}/redis.conf`;
  return [
    "set -eu",
    "umask 077",
    `{ cat ${config}/redis.conf; printf 'requirepass "%s"\\n' "$(cat ${password})"; } > ${target}`,
    `exec redis-server ${target}`,
  ];
}

/** Prints what the server answers to a ping, as its clients would hear it; nothing where it doesn't answer. */
function planPing(port: number, { password }: RedisFolders): readonly string[] {
  return [
    `REDISCLI_AUTH="$(cat ${password})"`,
    "export REDISCLI_AUTH",
    `redis-cli -h 127.0.0.1 -p ${port} ping 2>/dev/null || true`,
  ];
}

/** Configuration and scripts, by name. @param memory bytes that the server gets in all */
export function planRedisFiles(
  memory: number,
  port: number,
  fsync: Fsync,
  folders: RedisFolders,
): Record<string, string> {
  const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;
  return {
    "ping.sh": text(planPing(port, folders)),
    "redis.conf": text(planConfiguration(memory, port, fsync, folders)),
    "start.sh": text(planStart(folders)),
  };
}

/** Data that a slow disk reads, and writes, in a second: 20 and 50 MiB. */
const READ_RATE = 20 * MEBIBYTE;
const WRITE_RATE = 50 * MEBIBYTE;

/**
 * The probes. Ready: it takes requests and can keep what is written. Alive: it answers at all, be it that its disk is full;
 * starting it again would not empty that. Starting lasts as long as reading all of its data may.
 */
export function planRedisProbes(memory: number, { config }: RedisFolders): StoreFacts["probes"] {
  const ask = (test: string) => ({ exec: { command: ["sh", "-c", `[ ${test} ]`] } });
  const answer = `"$(sh ${config}/ping.sh)"`;
  const ready = ask(`${answer} = PONG`);
  const startSeconds = 60 + maxMemory(memory) / READ_RATE;
  return {
    startup: { ...ready, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: Math.ceil(startSeconds / 5) },
    liveness: { ...ask(`-n ${answer}`), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    readiness: { ...ready, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
  };
}

/** Seconds that saving everything may take when it is told to stop. */
export function redisGraceSeconds(memory: number): number {
  return 30 + Math.ceil(maxMemory(memory) / WRITE_RATE);
}
