import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import type { Summary } from "../../automation/deploy/summary.ts";
import { CloudClient } from "../../sandbox/cloud/index.ts";
import { statusCode } from "../../sandbox/kubernetes/client.ts";
import { writeConnection } from "../../sandbox/kubernetes/connection.ts";
import { findKubebox } from "../../sandbox/kubernetes/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { type Checkout, copyCheckout, keepSystem } from "../support/checkout.ts";
import type { TestCluster } from "../support/cluster.ts";
import { type Found, named } from "../support/ready.ts";

/** A copy of the checkout whose sandbox has the run's cluster for its own, and whose stacks hold one system. */
export class ConnectedCheckout {
  readonly #checkout: Checkout;

  private constructor(checkout: Checkout) {
    this.#checkout = checkout;
  }

  /** @param change what the stack files say of the system besides what they do */
  static async make(cluster: TestCluster, system: string, change: object = {}): Promise<ConnectedCheckout> {
    const checkout = await copyCheckout({ savesAtEnd: true });
    await keepSystem(checkout.root, system, change);
    writeConnection(sandboxPaths(checkout.root).kubernetes, cluster.connection);
    return new ConnectedCheckout(checkout);
  }

  get root(): string {
    return this.#checkout.root;
  }

  /** Runs a command that must end well, on the sandbox's stack unless another is named. */
  async slipway(command: "up" | "preview" | "destroy", ...stack: readonly string[]): Promise<Summary> {
    const place = stack.length === 0 ? ["--stack", "sandbox"] : stack;
    const { code, stdout, stderr } = await this.#checkout.slipway(command, ...place, "--json");
    expect(stderr).toBe("");
    expect(code, stdout).toBe(0);
    return JSON.parse(stdout) as Summary;
  }

  /** Runs any command there. */
  run(...args: readonly string[]): ReturnType<Checkout["slipway"]> {
    return this.#checkout.slipway(...args);
  }

  /** Every version of every secret that its cloud keeps. */
  async secretValues(): Promise<string[]> {
    const cloud = await CloudClient.connect(sandboxPaths(this.#checkout.root).cloud);
    const versions = (await cloud.listSecrets()).map(({ id }) => id);
    const payloads = await Promise.all(versions.map((id) => cloud.getSecret(id)));
    return payloads.map((payload) => Buffer.from(payload ?? []).toString());
  }

  /** Replaces one passage of a file of the program. */
  async edit(path: string, passage: string, replacement: string): Promise<void> {
    const file = join(this.#checkout.root, path);
    const text = await readFile(file, "utf8");
    expect(text.split(passage)).toHaveLength(2);
    await writeFile(file, text.replace(passage, replacement));
  }

  /** Ends its cloud and deletes it; the cluster is the whole run's. */
  async remove(): Promise<void> {
    writeConnection(sandboxPaths(this.#checkout.root).kubernetes, undefined);
    await this.#checkout.remove();
  }
}

async function kubectl(cluster: TestCluster, ...args: readonly string[]): Promise<string> {
  const { kubeconfig, context } = cluster.connection;
  const kubebox = await findKubebox();
  if (kubebox === undefined) throw new Error("kubebox was there when the cluster started");
  const access = [`--kubeconfig=${kubeconfig}`, `--context=${context}`];
  const options = { maxBuffer: 256 * 2 ** 20 };
  return (await promisify(execFile)(kubebox, ["kubectl", ...access, ...args], options)).stdout;
}

/** Whether an object is in a system's namespace, is that namespace, or is the system's own beside it. */
function belongsTo({ metadata, kind, spec }: Found, system: string): boolean {
  return (
    metadata?.namespace === system ||
    (kind === "Namespace" && metadata?.name === system) ||
    metadata?.labels?.["app.kubernetes.io/part-of"] === system ||
    spec?.claimRef?.namespace === system
  );
}

/** Everything of a system, of every kind that the API server lists. */
export async function objectsOf(cluster: TestCluster, system: string): Promise<Found[]> {
  const kinds = (await kubectl(cluster, "api-resources", "--verbs=list", "-o", "name")).trim().split("\n");
  // Events outlive what they tell of, and figures of the metrics API are no objects.
  const kept = kinds.filter((kind) => !kind.startsWith("events") && !kind.endsWith("metrics.k8s.io"));
  const get = ["get", kept.join(","), "--all-namespaces", "--ignore-not-found", "-o", "json"];
  const { items } = JSON.parse(await kubectl(cluster, ...get)) as { items: Found[] };
  return items.filter((each) => belongsTo(each, system));
}

/** `kind/name` of everything that a summary says was made in the cluster, sorted. */
export function declaredIn({ resources }: Summary): string[] {
  return named(
    resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ inputs }) => inputs as unknown as Found),
  );
}

/** Kinds whose quantities the API server writes in its own way. */
const REWRITTEN = ["Deployment", "LimitRange", "ResourceQuota", "StatefulSet"];

/** `kind/name` of each object that a summary says was made, and that the cluster does not hold as it was declared. */
export function changedByServer({ resources }: Summary, found: readonly Found[]): string[] {
  const byName = Map.groupBy(found, (each) => named([each])[0]);
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as Found)
    .filter(({ kind = "" }) => !REWRITTEN.includes(kind))
    .filter((declared) => {
      const { apiVersion: _, kind: __, metadata, ...rest } = declared;
      const { labels, annotations } = metadata ?? {};
      const [kept] = byName.get(named([declared])[0]) ?? [];
      return !includes(kept, { ...rest, metadata: { labels, annotations } });
    })
    .map((declared) => named([declared])[0] ?? "");
}

/** Whether one value has all that another has; lists must be as long, and an empty one is none. */
function includes(whole: unknown, part: unknown): boolean {
  if (part === undefined || (Array.isArray(part) && part.length === 0 && whole === undefined)) return true;
  if (typeof part !== "object" || part === null || typeof whole !== "object" || whole === null) {
    return whole === part;
  }
  if (Array.isArray(part) && (!Array.isArray(whole) || whole.length !== part.length)) return false;
  return Object.entries(part).every(([key, value]) =>
    includes((whole as Record<string, unknown>)[key], value),
  );
}

/** Which of some values stand in objects, in clear or encoded. */
export function valuesIn(objects: readonly Found[], values: readonly string[]): string[] {
  const text = JSON.stringify(objects);
  const forms = (value: string) => [
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString("base64"),
  ];
  return values.filter((value) => forms(value).some((form) => text.includes(form)));
}

/** Pods of a workload that are to stay, by name; those on their way out are none of them. */
export async function podsOf(cluster: TestCluster, namespace: string, workload?: string): Promise<string[]> {
  const { items } = await cluster.core.listNamespacedPod({
    namespace,
    ...(workload === undefined ? {} : { labelSelector: `app.kubernetes.io/name=${workload}` }),
  });
  return items
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata?.name ?? "")
    .sort();
}

/**
 * Asks to evict all pods of a workload at once, while nothing may take their place.
 * @returns the HTTP status of each answer, sorted
 */
export async function evictAll(cluster: TestCluster, namespace: string, workload: string): Promise<number[]> {
  const pods = await podsOf(cluster, namespace, workload);
  const answers = pods.map(async (name) => {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    try {
      await cluster.core.createNamespacedPodEviction({ name, namespace, body: eviction });
      return 201;
    } catch (error) {
      return statusCode(error) ?? 0;
    }
  });
  return (await Promise.all(answers)).sort();
}
