import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type RequestOptions, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1ConfigMap } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { takeLease } from "../../automation/rollout/ledger/lease.ts";
import { EMPTY_ENTRY, EMPTY_LEDGER, type Ledger } from "../../components/release/ledger.ts";
import { openLedger } from "../../components/release/stores/open.ts";
import { describeWithCluster, type TestCluster } from "../support/cluster.ts";
import { serveInTest } from "../support/http.ts";
import { ask, ledgerWith, testLedgerLaws } from "../support/ledger/laws.ts";

const NAME = "release-ledger";

/** Ways to a ledger in a namespace of the test's own. */
async function newNamespace(cluster: TestCluster) {
  const namespace = await cluster.testNamespace();
  const { kubeconfig, context } = cluster.connection;
  const open = () => openLedger(`kubernetes://${namespace}/${NAME}`, { kubeconfig, context });
  const there = () => cluster.read<V1ConfigMap>("v1", "ConfigMap", namespace, NAME);
  return { namespace, open, there };
}

/** The ledger by way of a server that passes questions on, perhaps as somebody else, and loses some answers. */
async function openBehind(
  cluster: TestCluster,
  namespace: string,
  { as, loses }: { readonly as?: string; readonly loses: (method: string) => boolean },
) {
  const { config } = cluster.client;
  const real = new URL(config.getCurrentCluster()?.server ?? "");
  const { url } = await serveInTest(async (asked, response) => {
    const { method = "", url: path = "/" } = asked;
    const type = asked.headers["content-type"];
    const headers = { ...(type && { "content-type": type }), ...(as && { "impersonate-user": as }) };
    const options: RequestOptions = { method, headers };
    await config.applyToHTTPSOptions(options);
    const isLost = loses(method);
    const forwarded = request(new URL(path, real), options, (answer) => {
      if (isLost) answer.resume().once("end", () => response.destroy());
      else {
        response.writeHead(answer.statusCode ?? 500, { "content-type": "application/json" });
        answer.pipe(response);
      }
    });
    asked.pipe(forwarded);
  });
  const folder = await mkdtemp(join(tmpdir(), "slipway-ledger-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const kubeconfig = join(folder, "kubeconfig");
  const named = {
    name: "behind",
    cluster: { server: url, "insecure-skip-tls-verify": true },
    context: { cluster: "behind", user: "behind" },
  };
  const file = { clusters: [named], contexts: [named], users: [{ name: "behind", user: {} }] };
  await writeFile(kubeconfig, JSON.stringify({ apiVersion: "v1", kind: "Config", ...file }));
  return openLedger(`kubernetes://${namespace}/${NAME}`, { kubeconfig, context: "behind" });
}

/** A ledger of so many ended releases, of some kibibytes each. */
function longHistory(count: number, kibibytes: number): Ledger {
  const history = Array.from({ length: count }, (_, n) => ({
    release: `r${n}`,
    strategy: "canary",
    from: "shop/api:1",
    to: "shop/api:2",
    began: "2026-11-21T12:00:00.000Z",
    ended: new Date(Date.parse("2026-11-21T12:00:00.000Z") + n).toISOString(),
    outcome: "rolled-back" as const,
    reason: "x".repeat(kibibytes * 1024),
    by: "ada",
  }));
  return {
    schemaVersion: 1,
    services: { "shop/api": { ...EMPTY_ENTRY, stable: { image: "shop/api:1" }, history } },
  };
}

describeWithCluster("a ledger in a ConfigMap", (cluster) => {
  testLedgerLaws(async () => (await newNamespace(cluster)).open);

  test("EA-10 gives one of two drivers the lease", async () => {
    const { open } = await newNamespace(cluster);
    const now = () => new Date("2026-11-21T12:00:00.000Z");
    const take = (holder: string) => takeLease(open(), "shop/api", { holder, seconds: 60, now });
    const taken = await Promise.allSettled([take("a"), take("b")]);
    expect(taken.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  test("says who manages it, and keeps what others put on it", async () => {
    const { namespace, open, there } = await newNamespace(cluster);
    const metadata = { name: NAME, namespace, labels: { team: "shop" }, annotations: { note: "ours" } };
    await cluster.apply({ apiVersion: "v1", kind: "ConfigMap", metadata });
    const { ledger, version } = await open().read();
    expect(ledger).toEqual(EMPTY_LEDGER);
    expect(await open().write(ledgerWith("shop/api:1"), version)).toEqual(expect.any(String));
    const written = await there();
    expect(written.metadata?.labels).toEqual({ team: "shop", "app.kubernetes.io/managed-by": "slipway" });
    expect(written.metadata?.annotations).toMatchObject({ note: "ours" });
    expect(JSON.parse(written.data?.["ledger.json"] ?? "")).toEqual(ledgerWith("shop/api:1"));
  });

  test.each(["", '{"schemaVersion":1}'])("is left alone where it holds %j", async (text) => {
    const { namespace, open, there } = await newNamespace(cluster);
    const data = { "ledger.json": text };
    await cluster.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME, namespace }, data });
    await expect(ask(open(), "ada")).rejects.toThrow(
      `the ledger kubernetes://${namespace}/${NAME} holds something that is no ledger`,
    );
    expect(await open().write(ledgerWith("shop/api:1"), undefined)).toBeUndefined();
    expect((await there()).data).toEqual(data);
  });

  test("is not put into a ConfigMap of something else", async () => {
    const { namespace, open, there } = await newNamespace(cluster);
    const data = { LOG_LEVEL: "warn" };
    await cluster.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME, namespace }, data });
    await expect(ask(open(), "ada")).rejects.toThrow(
      `the ledger kubernetes://${namespace}/${NAME} is a ConfigMap of something else: it has no ledger.json, and has LOG_LEVEL. Nothing was changed. Give the ledger another name.`,
    );
    expect((await there()).data).toEqual(data);
  });

  test("that someone deleted meanwhile is not made again without a look", async () => {
    const { namespace, open } = await newNamespace(cluster);
    const version = await open().write(ledgerWith("shop/api:1"), undefined);
    await cluster.core.deleteNamespacedConfigMap({ namespace, name: NAME });
    expect(await open().write(ledgerWith("shop/api:2"), version)).toBeUndefined();
    expect(await open().read()).toEqual({ ledger: EMPTY_LEDGER, version: undefined });
  });

  test("drops the oldest releases where it would hold more than a mebibyte, and goes on", async () => {
    const { open } = await newNamespace(cluster);
    const ledger = longHistory(40, 32);
    const version = await open().write(ledger, undefined);
    const { ledger: kept } = await open().read();
    const history = kept.services["shop/api"]?.history ?? [];
    expect(history.at(-1)).toEqual(ledger.services["shop/api"]?.history.at(-1));
    expect(history.map(({ release }) => release)).toEqual(Array.from({ length: 31 }, (_, n) => `r${n + 9}`));
    expect(kept.services["shop/api"]?.stable).toEqual({ image: "shop/api:1" });
    expect(await open().write(ledgerWith("x".repeat(2 ** 20 - 200)), version)).toEqual(expect.any(String));
    await expect(open().write(ledgerWith("x".repeat(2 ** 20)), version)).rejects.toThrow(
      /would have \d+ bytes without any ended release, and 1048576 fit\. Nothing was written\./,
    );
  });

  test("in a namespace that isn't there is refused, with the command that makes it", async () => {
    const { kubeconfig, context } = cluster.connection;
    const store = openLedger(`kubernetes://no-such-place/${NAME}`, { kubeconfig, context });
    expect((await store.read()).ledger).toEqual(EMPTY_LEDGER);
    await expect(store.write(ledgerWith("shop/api:1"), undefined)).rejects.toThrow(
      /^the ledger kubernetes:\/\/no-such-place\/release-ledger can't be written: the cluster of the context ".*" \(https:.*\) says: 404 namespaces "no-such-place" not found\nThe namespace has to be there: kubectl create namespace no-such-place$/,
    );
  });

  test("of a context that isn't there, or of none, is refused before anything is asked", async () => {
    const { kubeconfig, context } = cluster.connection;
    const read = (options: object) => openLedger(`kubernetes://shop/${NAME}`, options).read();
    await expect(read({ kubeconfig, context: "shop-production" })).rejects.toThrow(
      `the ledger kubernetes://shop/release-ledger can't be read: the kubeconfig ${kubeconfig} has no context "shop-production". It has: ${context}.`,
    );
    await expect(read({ kubeconfig })).rejects.toThrow(
      "nothing says which cluster it is in, and the kubeconfig's current context may be any.",
    );
    await expect(read({ kubeconfig: "/no/such/file", context })).rejects.toThrow(
      "the kubeconfig /no/such/file can't be read: ENOENT",
    );
  });

  test("that the account may not use is refused, with the rights that it needs", async () => {
    const { namespace } = await newNamespace(cluster);
    const store = await openBehind(cluster, namespace, { as: "nobody", loses: () => false });
    const write = () => store.write(ledgerWith("shop/api:1"), undefined);
    for (const question of [() => store.read(), write]) {
      await expect(question()).rejects.toThrow(
        /says: 403 configmaps( "release-ledger")? is forbidden: User "nobody" cannot/,
      );
      await expect(question()).rejects.toThrow(
        `kubectl --namespace ${namespace} create role slipway-release --verb=get,create,patch --resource=configmaps`,
      );
    }
  });

  test.each(["POST", "PATCH"])(
    "a %s whose answer is lost is the writer's own when it is asked again",
    async (method) => {
      const { namespace, open } = await newNamespace(cluster);
      const version = method === "POST" ? undefined : await open().write(ledgerWith("shop/api:1"), undefined);
      let lost = 0;
      const loses = (asked: string) => asked === method && ++lost === 1;
      const store = await openBehind(cluster, namespace, { loses });
      const next = await store.write(ledgerWith("shop/api:2"), version);
      expect(lost).toBe(2);
      expect(await open().read()).toEqual({ ledger: ledgerWith("shop/api:2"), version: next });
    },
  );
});
