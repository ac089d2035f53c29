import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, type KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, inject, onTestFinished } from "vitest";
import { type AnyObject, apply, type ClusterClient, clusterClient } from "../../sandbox/kubernetes/client.ts";
import { type Figures, writeFigures } from "../../sandbox/kubernetes/controllers/figures.ts";
import { type ClusterConnection, startCluster, stopCluster } from "../../sandbox/kubernetes/index.ts";
import { describeWithPart } from "./part.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The cluster of the test run: it is started by the first test that needs it. */
    cluster: {
      /** Its folder. */
      readonly folder: string;
      /** The process that runs the tests, with which it ends. */
      readonly owner: number;
      /** Why there can be none; empty when there can. */
      readonly problem: string;
    };
  }
}

/** The run's one cluster, as tests use it; each in a namespace of its own. Its members are there when a test runs. */
export class TestCluster {
  #connection: ClusterConnection | undefined;
  #client: ClusterClient | undefined;
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts the cluster, or joins it where another test file has started it. */
  async start(owner: number): Promise<void> {
    this.#connection = await startCluster({ folder: this.folder, endsWith: owner });
    this.#client = clusterClient(this.#connection);
  }

  get connection(): ClusterConnection {
    if (!this.#connection) throw new Error("The cluster is there inside tests only.");
    return this.#connection;
  }

  get client(): ClusterClient {
    if (!this.#client) throw new Error("The cluster is there inside tests only.");
    return this.#client;
  }

  /** For what objects alone can't do: evictions, logs, scaling. */
  get core(): CoreV1Api {
    return this.client.config.makeApiClient(CoreV1Api);
  }

  /** A fresh namespace, deleted when the test ends. @returns its name */
  async testNamespace(labels: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = `test-${randomBytes(5).toString("hex")}`;
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { ...labels } } };
    await this.client.objects.create(namespace);
    onTestFinished(async () => {
      await this.client.objects.delete(namespace);
    });
    return name;
  }

  /** Creates or changes objects, in order, as the sandbox itself does. */
  async apply(...objects: readonly AnyObject[]): Promise<void> {
    for (const object of objects) await apply(this.client, object);
  }

  /** An object as it is now. */
  async read<T extends KubernetesObject>(
    apiVersion: string,
    kind: string,
    namespace: string,
    name: string,
  ): Promise<T> {
    return (await this.client.objects.read({ apiVersion, kind, metadata: { name, namespace } })) as T;
  }

  /** Says what the metrics API answers for a namespace from now on. */
  figures(namespace: string, figures: Figures): void {
    writeFigures(this.folder, namespace, figures);
  }
}

/** Tests that need a Kubernetes API server. Where there is none they are skipped by name, or fail if the run demands it. */
export function describeWithCluster(name: string, tests: (cluster: TestCluster) => void): void {
  const { folder, owner, problem } = inject("cluster");
  const cluster = new TestCluster(folder);
  describeWithPart(name, problem || undefined, () => {
    beforeAll(() => cluster.start(owner));
    tests(cluster);
  });
}

/**
 * Tests that need an API server to themselves: what they deploy has a name that other tests deploy by, too. It ends with the
 * process.
 */
export function describeWithOwnCluster(name: string, tests: (cluster: TestCluster) => void): void {
  const { problem } = inject("cluster");
  const cluster = new TestCluster(join(tmpdir(), `slipway-own-cluster-${randomBytes(5).toString("hex")}`));
  describeWithPart(name, problem || undefined, () => {
    beforeAll(() => cluster.start(process.pid), 300_000);
    afterAll(async () => {
      await stopCluster(cluster.folder);
      await rm(cluster.folder, { recursive: true, force: true });
    });
    tests(cluster);
  });
}
