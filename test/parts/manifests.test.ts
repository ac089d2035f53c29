import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { yamlText } from "../../automation/plan/kubernetes/yaml.ts";
import { displayWire, type Json } from "../../automation/plan/wire.ts";
import { writeFiles } from "../../automation/plan/write.ts";
import type { AnyObject } from "../../sandbox/kubernetes/client.ts";
import { findKubebox } from "../../sandbox/kubernetes/index.ts";
import { describeWithCluster, type TestCluster } from "../support/cluster.ts";
import { declareShop, planned, rendered } from "../support/render.ts";

vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);

/** Runs kubectl against the cluster of the tests. */
async function kubectl(cluster: TestCluster, ...args: readonly string[]): Promise<string> {
  const { kubeconfig, context } = cluster.connection;
  const kubebox = await findKubebox();
  if (kubebox === undefined) throw new Error("kubebox was there when the cluster started");
  const access = [`--kubeconfig=${kubeconfig}`, `--context=${context}`];
  const options = { maxBuffer: 64 * 2 ** 20 };
  return (await run(kubebox, ["kubectl", ...access, ...args], options)).stdout;
}

async function objectsOf(output: Promise<string>): Promise<AnyObject[]> {
  const read = JSON.parse(await output) as AnyObject & { items?: AnyObject[] };
  return read.items ?? [read];
}

/** Metadata that each making of an object has of its own. */
const OF_ITS_OWN = ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"];

/** Annotations of whoever applied, and of controllers. */
const AFTERWARDS = ["kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"];

/** Fields that the server draws, and one that is the autoscaler's alone. */
const NOBODY_S = ["clusterIP", "clusterIPs", "replicas"];

/** What the server made of what was asked of it, without what comes of that later; by kind and name. */
function made(objects: readonly AnyObject[]): Record<string, unknown> {
  return Object.fromEntries(
    objects.map(({ metadata, status: _, ...rest }) => {
      const { annotations = {}, ...others } = metadata ?? {};
      const kept = Object.entries(annotations).filter(([key]) => !AFTERWARDS.includes(key));
      const own = Object.entries(others).filter(([key]) => !OF_ITS_OWN.includes(key));
      const object = {
        ...rest,
        metadata: { ...Object.fromEntries(own), annotations: Object.fromEntries(kept) },
      };
      const text = JSON.stringify(object, (key, value) => (NOBODY_S.includes(key) ? undefined : value));
      return [`${rest.apiVersion} ${rest.kind} ${metadata?.name}`, JSON.parse(text)];
    }),
  );
}

describeWithCluster("the manifests of a plan", (cluster) => {
  let folder: string;
  let namespace: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-manifests-"));
    namespace = `test-${randomBytes(5).toString("hex")}`;
    onTestFinished(async () => {
      const wide = ["namespace", "priorityclass"].map((kind) => kubectl(cluster, "get", kind, "-o", "name"));
      const names = (await Promise.all(wide)).join("").split("\n");
      const ours = names.filter((name) => name.includes(`/${namespace}`));
      await kubectl(cluster, "delete", "--wait=false", ...ours);
      await rm(folder, { recursive: true });
    });
  });

  const apply = async (...flags: readonly string[]) =>
    (await kubectl(cluster, "apply", ...flags, "-R", "-f", join(folder, "kubernetes"))).trim().split("\n");

  describe.each([[["--server-side"]], [[]]])("applied with kubectl apply %j", (flags) => {
    test("are the same objects as those of up", async () => {
      const program = () => declareShop(namespace);
      const inputs = (await planned(program)).resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ checked }) => displayWire(checked) as { [key: string]: Json });
      expect(inputs.length).toBeGreaterThan(20);
      const { files, notes } = await rendered(program);
      expect(notes).toEqual([]);
      writeFiles(folder, files);

      // As `up` makes them, by server-side apply of the inputs, but for good only the namespace, without which the
      // server takes nothing that is in it.
      const file = join(folder, "inputs.json");
      const first = inputs.toSorted(
        (a, b) => Number(b.kind === "Namespace") - Number(a.kind === "Namespace"),
      );
      const asked = async (items: Json[]) => {
        await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
        return objectsOf(
          kubectl(cluster, "apply", "--server-side", "--dry-run=server", "-f", file, "-o", "json"),
        );
      };
      const space = await asked(first.slice(0, 1));
      await kubectl(cluster, "create", "namespace", namespace);
      const expected = [...space, ...(await asked(first.slice(1)))];

      expect(await apply(...flags)).toHaveLength(inputs.length);
      const actual = await objectsOf(kubectl(cluster, "get", "-f", file, "-o", "json"));
      actual.push(...(await objectsOf(kubectl(cluster, "get", "namespace", namespace, "-o", "json"))));
      expect(made(actual)).toEqual(made(expected));
    });

    test("need nothing that is not among them, and change nothing the second time", async () => {
      const { files } = await rendered(() => declareShop(namespace));
      writeFiles(folder, files);
      const before = await apply(...flags);
      expect(before[0]).toMatch(new RegExp(`^namespace/${namespace} (created|serverside-applied)$`));
      const kinds = "deployment,service,networkpolicy,configmap,limitrange,poddisruptionbudget";
      const now = async () =>
        made(await objectsOf(kubectl(cluster, "get", kinds, "-n", namespace, "-o", "json")));
      const once = await now();
      await apply(...flags);
      expect(await now()).toEqual(once);
    });
  });

  test("say the same text to kubectl, whatever it is", async () => {
    const plain = "on yes ~ = << 1e3 0777 12:30:45 2001-01-01 .inf null 0x1F 1_000 y".split(" ");
    const texts = [...plain, "a: b", "#", "é\u2028\u0085x", "\ta", "a \nb\n", "\n", "a\n\n", "'\"\\"];
    const data = Object.fromEntries(texts.map((text, index) => [`key-${index}`, text]));
    const metadata = { name: "texts", namespace, labels: { on: "y", "1e3": "0777" } };
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
    const space = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    writeFiles(
      folder,
      new Map([
        ["kubernetes/a.yaml", yamlText(space)],
        ["kubernetes/b.yaml", yamlText(map)],
      ]),
    );
    await apply();
    const read = await cluster.read<AnyObject>("v1", "ConfigMap", namespace, "texts");
    expect(read.data).toEqual(data);
    expect(read.metadata?.labels).toEqual(metadata.labels);
  });
});
