import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  CloudProbe,
  CloudRevisionStatus,
  CloudServiceInput,
  CloudServiceStatus,
} from "../../sandbox/cloud/api.ts";
import { stopCloud } from "../../sandbox/cloud/daemon.ts";
import type { CloudClient } from "../../sandbox/cloud/index.ts";
import { isRunning, type ProcessMark } from "../../sandbox/cloud/processes.ts";

/** A folder for one cloud, with what ends it. */
export function cloudFolder(): { folder: string; remove(): Promise<void> } {
  const parent = mkdtempSync(join(tmpdir(), "slipway-cloud-"));
  const folder = join(parent, "cloud");
  return {
    folder,
    async remove() {
      await stopCloud(folder);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** A probe whose answers come quickly. */
export function quickProbe(path: string, thresholds: Partial<CloudProbe> = {}): CloudProbe {
  return {
    kind: "http",
    path,
    initialDelaySeconds: 0,
    periodSeconds: 0.1,
    timeoutSeconds: 5,
    failureThreshold: 3,
    ...thresholds,
  };
}

/** A service as the tests change it. */
export type Changes = Partial<Omit<CloudServiceInput, "template">> & {
  readonly name?: string;
  readonly template?: Partial<CloudServiceInput["template"]>;
};

/** A small healthy service, changed. */
export function service(changes: Changes = {}): CloudServiceInput {
  const { name = "api", template, ...rest } = changes;
  return {
    id: `projects/p/locations/us-east1/services/${name}`,
    owner: `urn:pulumi:sandbox::slipway::gcp:cloudrunv2/service:Service::${name}`,
    labels: { system: "ethixai", environment: "sandbox" },
    traffic: [],
    ...rest,
    template: {
      image: "sandbox/demo:1.0.0",
      env: {},
      port: 8080,
      mounts: [],
      minInstances: 1,
      maxInstances: 2,
      concurrency: 80,
      timeoutSeconds: 10,
      startupProbe: quickProbe("/health/startup", { periodSeconds: 1, failureThreshold: 20 }),
      ...template,
    },
  };
}

/** Processes that the cloud of a folder has on record and that run. */
export function instanceProcesses(folder: string): ProcessMark[] {
  try {
    const marks = JSON.parse(readFileSync(join(folder, "processes.json"), "utf8")) as ProcessMark[];
    return marks.filter(isRunning);
  } catch {
    return [];
  }
}

/** One revision of a service's status. */
export function revisionOf(status: CloudServiceStatus | undefined, name: string): CloudRevisionStatus {
  const found = status?.revisions.find((revision) => revision.name === name);
  if (!found) throw new Error(`No revision ${name} in ${JSON.stringify(status?.revisions)}`);
  return found;
}

/** One sample of Prometheus text: its value, or undefined when there is none with these labels. */
export function sample(text: string, name: string, labels: Record<string, string>): number | undefined {
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`));
  const found = lines.find((line) =>
    Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)),
  );
  return found === undefined ? undefined : Number(found.slice(found.lastIndexOf(" ") + 1));
}

/** Asks an address once. */
export const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers });

/** Turns knobs of the demo image's instance that answers. */
export const turn = (url: string, knobs: object) =>
  fetch(`${url}/knobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(knobs),
  });

/** What the cloud exposes to Prometheus. */
export const metrics = async (cloud: CloudClient) =>
  (await get(`${(await cloud.status()).url}/metrics`)).text();
