import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Mongo } from "../../../components/data/mongo.ts";
import { cacheGibibytes, LEAST_MONGO_MEMORY } from "../../../components/data/mongo-config.ts";
import { find, ofType } from "../../support/declare.ts";
import { shopService } from "../../support/service.ts";
import { declaredWith, kind, type Loose, mongoDeclared, mongoRefusal } from "./support.ts";

const GIBIBYTE = 2 ** 30;

async function pod(change = {}): Promise<Loose> {
  const { spec } = find(await mongoDeclared(change), kind.statefulSet, "shop-mongo-store-stateful-set")
    .inputs as Loose;
  return spec.template.spec;
}

async function files(change = {}): Promise<Loose> {
  return (find(await mongoDeclared(change), kind.config, "shop-mongo-store-config").inputs as Loose).data;
}

describe("a MongoDB on Kubernetes", () => {
  test("OS-01 is one pod and one volume, as restricted as every other", async () => {
    const spec = await pod();
    expect(spec).toMatchObject({
      serviceAccountName: "mongo",
      priorityClassName: "shop-data",
      terminationGracePeriodSeconds: 60,
      securityContext: { runAsNonRoot: true, runAsUser: 999, fsGroup: 999 },
    });
    const [container] = spec.containers;
    expect(container).toMatchObject({
      image: "docker.io/library/mongo:8.0",
      command: ["sh", "/etc/mongo/start.sh"],
      env: [
        { name: "HOME", value: "/tmp" },
        { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      ],
      ports: [{ name: "store", containerPort: 27017 }],
      resources: { requests: { cpu: "250m", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } },
      securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      volumeMounts: [
        { name: "data", mountPath: "/data/db" },
        { name: "config", mountPath: "/etc/mongo", readOnly: true },
        { name: "scratch", mountPath: "/tmp" },
        { name: "mongo-admin-password", mountPath: "/secrets/mongo-admin-password", readOnly: true },
        { name: "mongo-password", mountPath: "/secrets/mongo-password", readOnly: true },
      ],
    });
    const resources = await mongoDeclared();
    expect(find(resources, kind.budget, "shop-mongo-store-disruption-budget").inputs.spec).toMatchObject({
      maxUnavailable: 1,
    });
    expect(find(resources, kind.policy, "shop-mongo-store-isolation").inputs.spec).toMatchObject({
      policyTypes: ["Ingress", "Egress"],
    });
    const [quota] = ofType(resources, kind.quota) as Loose[];
    expect(quota.inputs.spec.hard).toMatchObject({ pods: "1", "requests.storage": "20480Mi" });
  });

  test("OS-02 starts no shell but until it has started", async () => {
    const [container] = (await pod()).containers;
    expect(container.startupProbe).toEqual({
      exec: {
        command: [
          "sh",
          "-c",
          "mongosh --quiet --norc --host \"${POD_IP:-127.0.0.1}\" --port 27017 --eval 'quit(db.adminCommand({ ping: 1 }).ok ? 0 : 1)' > /dev/null",
        ],
      },
      periodSeconds: 10,
      timeoutSeconds: 8,
      failureThreshold: 60,
    });
    for (const probe of [container.livenessProbe, container.readinessProbe]) {
      expect(probe.tcpSocket).toEqual({ port: 27017 });
      expect(probe.exec).toBeUndefined();
    }
  });

  test("OS-09 logs nothing of what it is asked, and runs no script of those who ask", async () => {
    const lines = (await files())["start.sh"].trim().split("\n");
    expect(lines).toEqual([
      "set -eu",
      "mongod --dbpath /data/db --port 27017 --wiredTigerCacheSizeGB 0.5 --bind_ip 127.0.0.1 --fork --logpath /tmp/prepare.log > /dev/null || { cat /tmp/prepare.log >&2; exit 1; }",
      "mongosh --quiet --norc mongodb://127.0.0.1:27017/admin /etc/mongo/users.js",
      "rm -rf /tmp/.mongodb",
      "mongod --dbpath /data/db --shutdown > /dev/null",
      "exec mongod --dbpath /data/db --port 27017 --wiredTigerCacheSizeGB 0.5 --bind_ip_all --auth --noscripting --quiet --slowOpSampleRate 0",
    ]);
  });

  /** What users.js does to a database that knows `users`. */
  async function setUp(users: string[], passwords: Record<string, string>): Promise<unknown[]> {
    const done: unknown[] = [];
    const admin = {
      getUser: (name: string) => (users.includes(name) ? { user: name } : null),
      createUser: (facts: object) => done.push(["create", facts]),
      updateUser: (name: string, facts: object) => done.push(["update", name, facts]),
    };
    const database = { getSiblingDB: (name: string) => (name === "admin" ? admin : undefined) };
    const readFileSync = (path: string) => passwords[path];
    // The shell gives its scripts `db` and Node's `require`; nothing else of it is used.
    new Function("db", "require", (await files())["users.js"])(database, () => ({ readFileSync }));
    return done;
  }

  test("makes its users, or gives them the passwords that their files hold now", async () => {
    const passwords = {
      "/secrets/mongo-admin-password/value": "one",
      "/secrets/mongo-password/value": "two",
    };
    const adminFacts = { pwd: "one", roles: [{ role: "root", db: "admin" }] };
    const appFacts = { pwd: "two", roles: [{ role: "readWrite", db: "shop" }] };
    expect(await setUp([], passwords)).toEqual([
      ["create", { user: "admin", ...adminFacts }],
      ["create", { user: "app", ...appFacts }],
    ]);
    expect(await setUp(["admin"], passwords)).toEqual([
      ["update", "admin", adminFacts],
      ["create", { user: "app", ...appFacts }],
    ]);
  });

  test("its callers sign in as nobody but themselves", async () => {
    const resources = await declaredWith(({ scope, namespace, vault }) => {
      const mongo = new Mongo("shop-mongo", {
        scope,
        namespace,
        vault,
        service: "mongo",
        memory: "2 GiB",
        persistence: { size: "20 GiB" },
        database: "conversations",
        user: "backend",
      });
      shopService(scope, {
        runtime: "kubernetes",
        namespace,
        calls: [mongo],
        environment: { ...mongo.environment },
        secrets: { MONGO_PASSWORD: mongo.password },
      });
    });
    const { data } = find(resources, kind.config, "shop-api-workload-config").inputs as Loose;
    expect(data).toMatchObject({
      MONGO_HOST: "mongo.shop.svc.cluster.local",
      MONGO_PORT: "27017",
      MONGO_DATABASE: "conversations",
      MONGO_USER: "backend",
    });
    const externals = ofType(resources, kind.external).map(({ inputs }) => (inputs as Loose).metadata.name);
    expect(externals.sort()).toEqual([
      "api-mongo-password-v1",
      "mongo-mongo-admin-password-v1",
      "mongo-mongo-password-v1",
    ]);
  });

  test("its cache leaves at least half of its memory to everything else", () => {
    fc.assert(
      fc.property(fc.integer({ min: LEAST_MONGO_MEMORY, max: 256 * GIBIBYTE }), (memory) => {
        const cache = cacheGibibytes(memory);
        expect(cache).toBeGreaterThanOrEqual(0.25);
        expect(cache * GIBIBYTE).toBeLessThanOrEqual(memory / 2);
      }),
    );
  });
});

describe("a MongoDB that can't be is refused, with what would do", () => {
  test.each([
    [{ memory: "256 MiB" }, 'memory: "256 MiB" is too little: use 512 MiB or more'],
    [
      { memory: "2gb" },
      'memory: "2gb" is not an amount of memory: write a number, one blank and a unit (MiB, GiB)',
    ],
    [
      { persistence: { size: "1 GiB" } },
      'persistence.size: "1 GiB" is too little: use 2048 MiB or more, what its memory holds has to fit',
    ],
    [{ port: 70_000 }, "port: 70000 must be a whole number from 1 to 65535"],
    [
      { database: "admin" },
      'database: "admin" must be 1 to 38 letters, digits, "_" or "-", a letter first, and none of MongoDB\'s own (admin, config, local)',
    ],
    [{ user: "admin" }, 'user: "admin" must be letters, digits, "_" or "-", a letter first, and not "admin"'],
    [
      { service: "Mongo" },
      'service: "Mongo" must be 2 to 26 lower-case letters, digits or "-", begin with a letter and not end with "-"',
    ],
  ])("%j", async (change, problem) => {
    expect(await mongoRefusal(change)).toBe(`shop-mongo: ${problem}`);
  });
});
