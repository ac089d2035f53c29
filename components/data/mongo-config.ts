import type * as k8s from "@pulumi/kubernetes";
import type { StoreFacts } from "../kubernetes/stateful-set.ts";

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

/** Least memory that MongoDB works in: its smallest cache, itself, and for a moment the shell that sets it up. */
export const LEAST_MONGO_MEMORY = 512 * MEBIBYTE;

/**
 * WiredTiger's cache in GiB: half of what exceeds 1 GiB, at least 0.25, as the manual's page "WiredTiger Storage Engine"
 * has it; written down, so that it follows the container's memory and not what some version takes for it.
 */
export function cacheGibibytes(memory: number): number {
  return Math.max(0.25, Math.floor(((memory - GIBIBYTE) / 2 / GIBIBYTE) * 100) / 100);
}

/** One who may sign in. */
export interface MongoUser {
  readonly name: string;
  /** File with the password. */
  readonly password: string;
  readonly role: "root" | "readWrite";
  /** Database that the role is for. */
  readonly database: string;
}

/** Where things are in the container. */
export interface MongoFolders {
  readonly config: string;
  readonly data: string;
  readonly scratch: string;
}

/** Makes each user, or gives it the password that its file holds now. */
function planUsers(users: readonly MongoUser[]): string {
  const wanted = users.map(({ name, password, role, database }) => ({
    name,
    password,
    roles: [{ role, db: database }],
  }));
  return [
    'const { readFileSync } = require("fs");',
    `for (const { name, password, roles } of ${JSON.stringify(wanted)}) {`,
    '  const admin = db.getSiblingDB("admin");',
    '  const facts = { pwd: readFileSync(password, "utf8"), roles };',
    "  if (admin.getUser(name) === null) admin.createUser({ user: name, ...facts });",
    "  else admin.updateUser(name, facts);",
    "}",
    "",
  ].join("\n");
}

/**
 * Sets up the users while nobody but this container reaches the server, then becomes the server that everybody may. So a
 * new password takes effect at the next start, and a first start that was cut short is made good by the second. (The
 * image's own script does neither, and shows the password to whoever lists its processes.)
 */
function planStart(memory: number, port: number, { config, data, scratch }: MongoFolders): string {
  const server = `mongod --dbpath ${data} --port ${port} --wiredTigerCacheSizeGB ${cacheGibibytes(memory)}`;
  const log = `${scratch}/prepare.log`;
  return [
    "set -eu",
    `${server} --bind_ip 127.0.0.1 --fork --logpath ${log} > /dev/null || { cat ${log} >&2; exit 1; }`,
    `mongosh --quiet --norc mongodb://127.0.0.1:${port}/admin ${config}/users.js`,
    // The shell keeps a journal of what it did.
    `rm -rf ${scratch}/.mongodb`,
    `mongod --dbpath ${data} --shutdown > /dev/null`,
    // Slow operations would be logged with what they hold; only the Enterprise edition can leave that out (OS-09).
    `exec ${server} --bind_ip_all --auth --noscripting --quiet --slowOpSampleRate 0`,
    "",
  ].join("\n");
}

/** Scripts, by name. @param memory bytes that the server gets in all */
export function planMongoFiles(
  memory: number,
  port: number,
  users: readonly MongoUser[],
  folders: MongoFolders,
): Record<string, string> {
  return { "start.sh": planStart(memory, port, folders), "users.js": planUsers(users) };
}

/** What the container's processes are told: the shell writes to its home, which is read-only but for one folder. */
export function planMongoEnvironment({ scratch }: MongoFolders): k8s.types.input.core.v1.EnvVar[] {
  return [
    { name: "HOME", value: scratch },
    { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
  ];
}

/**
 * The probes. Once it has started, accepting connections is what is asked of it: the shell is a Node.js of 125 MB and one
 * second (measured, 2.12), too much to start every few seconds beside a small database, and each leaves a file behind.
 * Starting is over when it answers at the pod's own address, which it does only when its users are set up.
 */
export function planMongoProbes(port: number): StoreFacts["probes"] {
  const ping = "quit(db.adminCommand({ ping: 1 }).ok ? 0 : 1)";
  const connect = { tcpSocket: { port } };
  return {
    startup: {
      exec: {
        command: [
          "sh",
          "-c",
          `mongosh --quiet --norc --host "\${POD_IP:-127.0.0.1}" --port ${port} --eval '${ping}' > /dev/null`,
        ],
      },
      periodSeconds: 10,
      timeoutSeconds: 8,
      // Ten minutes: after a crash it goes through its journal first.
      failureThreshold: 60,
    },
    liveness: { ...connect, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readiness: { ...connect, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
  };
}
