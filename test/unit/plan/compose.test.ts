import * as k8s from "@pulumi/kubernetes";
import { secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { composeProblems } from "../../support/compose-schema.ts";
import {
  broughtSecret,
  call,
  denyAll,
  deployment,
  exampleSystem,
  labels,
  metadata,
} from "./compose-example.ts";
import { composed } from "./compose-support.ts";
import { Thing } from "./support.ts";

describe("OS-11: the same system as a docker-compose file", () => {
  test("has a service for each Deployment and StatefulSet, and the schema takes it", async () => {
    const { text, services, notes } = await composed(exampleSystem);
    expect(composeProblems(text)).toEqual([]);
    expect(Object.keys(services)).toEqual(["api", "store", "web"]);
    expect(notes).toEqual([]);
    expect(parse(text).name).toBe("shop");
  });

  test("the schema check refuses what is not compose", () => {
    expect(composeProblems("services: {a: {image: x, replicas: 1}}")).toEqual([
      'services.a: Unrecognized key: "replicas"',
    ]);
  });

  test("limits, reservations, replicas (the autoscaler's least), grace period", async () => {
    const { services } = await composed(exampleSystem);
    expect(services.api).toMatchObject({
      image: "registry.example/api:1.2.3",
      restart: "unless-stopped",
      stop_grace_period: "45s",
      deploy: {
        replicas: 3,
        resources: {
          limits: { cpus: "1", memory: "512M" },
          reservations: { cpus: "0.25", memory: "256M" },
        },
      },
    });
    expect(services.web?.deploy).toEqual({ replicas: 2 });
    expect(services.store?.deploy).toBeUndefined();
  });

  test("as little may be done as in a cluster", async () => {
    const { services } = await composed(exampleSystem);
    expect(services.api).toMatchObject({
      user: "1000:1000",
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  });

  test("the environment is the same, but for what a Service would map, and nothing in it is a variable of compose", async () => {
    const { services } = await composed(exampleSystem);
    expect(services.api?.environment).toEqual({
      GREETING: "port 8080, $$(PORT), $$(NOBODY)",
      PORT: "8080",
      PRICE: "$$5 on sale",
      STORE_PASSWORD_FILE: "/secrets/store-password/value",
      STORE_URL: "redis://store.shop.svc.cluster.local:6379/0",
    });
    expect(services.web?.environment).toEqual({ API_URL: "http://api.shop.svc.cluster.local:8080" });
    expect(services.store?.command).toEqual(["--appendonly", "yes"]);
  });

  test("only declared callers reach a service, under all names that it has in a cluster; nothing leads out", async () => {
    const { services, document } = await composed(exampleSystem);
    expect(document.networks).toEqual({
      "api-to-store": { internal: true },
      "web-to-api": { internal: true },
      "web-exposed": { driver_opts: { "com.docker.network.bridge.enable_ip_masquerade": "false" } },
    });
    expect(services.api?.networks).toEqual({
      "api-to-store": {},
      "web-to-api": { aliases: ["api.shop", "api.shop.svc", "api.shop.svc.cluster.local"] },
    });
    expect(services.store?.networks["api-to-store"].aliases).toEqual([
      "store-0.store",
      "store-0.store.shop",
      "store-0.store.shop.svc",
      "store-0.store.shop.svc.cluster.local",
      "store.shop",
      "store.shop.svc",
      "store.shop.svc.cluster.local",
    ]);
    expect(Object.keys(services.web?.networks)).toEqual(["web-to-api", "web-exposed"]);
  });

  test("a service waits for those that it is declared to call", async () => {
    const { services } = await composed(exampleSystem);
    expect(services.web?.depends_on).toEqual({ api: { condition: "service_healthy" } });
    expect(services.api?.depends_on).toEqual({ store: { condition: "service_healthy" } });
    expect(services.store?.depends_on).toBeUndefined();
  });

  test("only what a route leads to has a port, on this machine alone, one for each copy", async () => {
    const { services } = await composed(exampleSystem);
    expect(services.web?.ports).toEqual([
      { target: 8080, published: "8080-8081", host_ip: "127.0.0.1", protocol: "tcp" },
    ]);
    expect(services.api?.ports).toBeUndefined();
    expect(services.store?.ports).toBeUndefined();
  });

  test("volumes: claims by name, scratch in memory, live files in a folder", async () => {
    const { services, document, files } = await composed(exampleSystem);
    expect(document.volumes).toEqual({ "data-store-0": {} });
    expect(services.store?.volumes).toEqual([{ type: "volume", source: "data-store-0", target: "/data" }]);
    expect(services.api?.volumes).toEqual([
      { type: "tmpfs", target: "/tmp", tmpfs: { size: 67_108_864 } },
      {
        type: "bind",
        source: "./config/shop/flags",
        target: "/flags",
        read_only: true,
        bind: { create_host_path: false },
      },
    ]);
    expect(files.get("compose/config/shop/flags/NEW_PIPELINE")).toBe("0");
  });

  test("secrets are files that the header names, and that no repository takes", async () => {
    const { services, document, files, header } = await composed(exampleSystem);
    expect(document.secrets).toEqual({ "store-password": { file: "./secrets/store-password" } });
    expect(services.api?.secrets).toEqual([
      { source: "store-password", target: "/secrets/store-password/value" },
    ]);
    expect(header).toContain("\n# - secrets/store-password: the secret store-password\n");
    expect(files.get("compose/secrets/.gitignore")).toBe("*\n");
  });

  test("what has no form here is named, with why", async () => {
    const { header } = await composed(() => {
      exampleSystem();
      new Thing("elsewhere");
      new k8s.core.v1.Pod("loner", { metadata: metadata("loner") });
      new k8s.core.v1.ConfigMap("unread", { metadata: metadata("unread"), data: {} });
    });
    for (const line of [
      "PodDisruptionBudget api: nothing is evicted here",
      "HorizontalPodAutoscaler api: nothing scales by use here; as many run as the least that it keeps",
      "HTTPRoute web: what it leads to has a port of its own here: no host names, weights, header matches or rate limits",
      "Pod loner: compose has no form for it",
      "ConfigMap unread: nothing that runs here reads it",
      "what is not Kubernetes: the plan's 1 resource of test",
    ]) {
      expect(header).toContain(`\n# - ${line}\n`);
    }
    expect(header).not.toContain("NetworkPolicy");
  });

  test("is the same to the byte for the same program", async () => {
    const [one, other] = [await composed(exampleSystem), await composed(exampleSystem)];
    expect([...one.files]).toEqual([...other.files]);
  });
});

describe("what a plan doesn't know, or must not write", () => {
  test("is asked for by name, and said in a note", async () => {
    const { services, notes, header, text } = await composed(() => {
      const cache = new Thing("cache");
      new k8s.core.v1.ConfigMap("config", {
        metadata: metadata("settings"),
        data: { CACHE: cache.address, TOKEN: secret("correct-horse-battery") },
      });
      deployment("api", {
        envFrom: [{ configMapRef: { name: "settings" } }],
        env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
      });
    });
    expect(services.api?.environment).toEqual({
      CACHE: "${API_CACHE:?known only once the system is deployed}",
      KEY: "${API_KEY:?a secret}",
      TOKEN: "${API_TOKEN:?a secret}",
    });
    expect(notes.at(-1)).toBe(
      "compose/shop.yaml asks for what the plan does not know or must not write: set API_CACHE, API_KEY, API_TOKEN",
    );
    expect(header).toContain("# - API_TOKEN: a secret\n");
    expect(text).not.toContain("battery");
  });

  test("a ConfigMap whose name is not known yet is found by what the pod is made from", async () => {
    const { services } = await composed(() => {
      const cache = new Thing("cache");
      const config = new k8s.core.v1.ConfigMap("config", {
        metadata: { ...metadata("x"), name: cache.address.apply((address) => `api-${address}`) },
        data: { PLAIN: "known" },
      });
      deployment("api", { envFrom: [{ configMapRef: { name: config.metadata.name } }] });
    });
    expect(services.api?.environment).toEqual({ PLAIN: "known" });
  });

  test("a Secret whose name is not known yet is a file by its place", async () => {
    const { services } = await composed(() => {
      const brought = broughtSecret("api", "token", new Thing("version").address);
      deployment("api", { volumeMounts: [brought.mount] }, { pod: { volumes: [brought.volume] } });
    });
    expect(services.api?.secrets).toEqual([{ source: "token", target: "/secrets/token/value" }]);
  });
});

describe("networks and order", () => {
  test("what calls something outside has a way out of its own; without policies all are on one network", async () => {
    const closed = await composed(() => {
      denyAll();
      deployment("api");
      deployment("worker");
      new k8s.networking.v1.NetworkPolicy("out", {
        metadata: metadata("out", "api"),
        spec: {
          podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
          policyTypes: ["Egress"],
          egress: [
            { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }], ports: [{ port: 443 }] },
          ],
        },
      });
    });
    expect(closed.document.networks).toEqual({ "api-outside": {} });
    expect(closed.services.worker).toMatchObject({ network_mode: "none" });

    const open = await composed(() => {
      deployment("api");
      deployment("worker");
    });
    expect(open.document.networks).toEqual({ default: {} });
    expect(open.services.api?.networks.default.aliases).toContain("api.shop.svc.cluster.local");
    expect(open.services.api?.depends_on).toBeUndefined();
  });

  test("a port that no policy opens is not reached", async () => {
    const { document } = await composed(() => {
      denyAll();
      deployment("api");
      deployment("web");
      call("web", "api", 9090);
    });
    expect(document.networks).toBeUndefined();
  });

  test("of those that call each other, only one waits", async () => {
    const { services } = await composed(() => {
      denyAll();
      for (const name of ["a", "b", "c"]) deployment(name);
      call("a", "b", 8080);
      call("b", "c", 8080);
      call("c", "a", 8080);
    });
    expect(services.a?.depends_on).toBeUndefined();
    expect(services.b?.depends_on).toBeUndefined();
    expect(services.c?.depends_on).toEqual({ a: { condition: "service_started" } });
  });

  test("each pod of a set is a service with a name, a volume and peers", async () => {
    const { services, document } = await composed(() => {
      new k8s.core.v1.Service("db", {
        metadata: metadata("db"),
        spec: { clusterIP: "None", selector: labels("db"), ports: [{ port: 27017 }] },
      });
      new k8s.apps.v1.StatefulSet("db", {
        metadata: metadata("db"),
        spec: {
          serviceName: "db",
          replicas: 2,
          selector: { matchLabels: labels("db") },
          template: {
            metadata: { labels: labels("db") },
            spec: {
              containers: [
                {
                  name: "mongo",
                  image: "mongo:8",
                  env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
                  volumeMounts: [{ name: "data", mountPath: "/data/db" }],
                },
              ],
            },
          },
          volumeClaimTemplates: [{ metadata: { name: "data" }, spec: {} }],
        },
      });
    });
    expect(Object.keys(services)).toEqual(["db-0", "db-1"]);
    expect(document.volumes).toEqual({ "data-db-0": {}, "data-db-1": {} });
    expect(services["db-1"]).toMatchObject({ hostname: "db-1", environment: { POD: "db-1" } });
    expect(services["db-1"]?.networks.default.aliases).toContain("db-1.db.shop.svc.cluster.local");
  });

  test("a release's candidate is not run, and named", async () => {
    const { services, header } = await composed(() => {
      deployment("api");
      deployment("api", {}, { track: "candidate" });
    });
    expect(Object.keys(services)).toEqual(["api"]);
    expect(header).toContain("Deployment api-candidate: a release's candidate");
  });

  test("two systems have a file each", async () => {
    const { files } = await composed(() => {
      deployment("api");
      new k8s.apps.v1.Deployment("other", {
        metadata: { name: "other", namespace: "elsewhere" },
        spec: {
          selector: { matchLabels: { a: "b" } },
          template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "app", image: "x" }] } },
        },
      });
    });
    expect([...files.keys()].filter((path) => path.startsWith("compose/"))).toEqual([
      "compose/elsewhere.yaml",
      "compose/shop.yaml",
    ]);
  });
});

describe("files of ConfigMaps", () => {
  const mounted = (data: Record<string, string>, immutable: boolean, path = "/etc/app") =>
    composed(() => {
      new k8s.core.v1.ConfigMap("files", { metadata: metadata("files"), data, immutable });
      deployment(
        "api",
        { volumeMounts: [{ name: "files", mountPath: path }] },
        { pod: { volumes: [{ name: "files", configMap: { name: "files" } }] } },
      );
    });

  test("that never change are mounted one by one, from beside the compose file: a read-only container takes no content", async () => {
    const { document, services, files } = await mounted({ "app.conf": "price $1\n" }, true);
    expect(document.configs).toEqual({ "files-app.conf": { file: "./config/shop/files/app.conf" } });
    expect(files.get("compose/config/shop/files/app.conf")).toBe("price $1\n");
    expect(services.api?.configs).toEqual([{ source: "files-app.conf", target: "/etc/app/app.conf" }]);
  });

  test("that may change are a folder of it, and never outside", async () => {
    const { files } = await mounted({ "../../../up": "x", plain: "$1" }, false);
    expect([...files.keys()].filter((path) => path.startsWith("compose/config"))).toEqual([
      "compose/config/shop/files/plain",
      "compose/config/shop/files/up",
    ]);
    expect(files.get("compose/config/shop/files/plain")).toBe("$1");
  });
});
