import { setTimeout } from "node:timers/promises";
import type { protos, ServicesClient } from "@google-cloud/run";
import { explain, noCredentials } from "./cloud-run-errors.ts";
import type { Target } from "./share.ts";

type Service = protos.google.cloud.run.v2.IService;

/** Milliseconds that Cloud Run has for one answer. */
const PATIENCE = 15_000;

/** A service as far as its traffic goes. */
export interface RunService {
  readonly etag: string;
  /** What is asked for. */
  readonly traffic: readonly Target[];
  /** What is live. */
  readonly live: readonly Target[];
  readonly latest: string | undefined;
  /** Whether Cloud Run is still at work on the last change. */
  readonly reconciling: boolean;
}

const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
const REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

/**
 * The official client, with the credentials of whoever runs this. Over HTTP, which passes through companies' proxies.
 * @throws Error where nobody is logged in
 */
export async function openCloudRun(): Promise<ServicesClient> {
  const [{ ServicesClient }, { GoogleAuth }] = await Promise.all([
    import("@google-cloud/run"),
    import("google-auth-library"),
  ]);
  const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
  // Asked for first: left to the client, missing credentials end the process.
  const authClient = await auth.getClient().catch((error: unknown) => {
    throw noCredentials(error);
  });
  return new ServicesClient({ authClient, fallback: true });
}

/** Reads a service. @param name `projects/P/locations/R/services/NAME` @throws Error that says what helps */
export async function readService(client: ServicesClient, name: string): Promise<RunService> {
  try {
    const [service] = await client.getService({ name }, { timeout: PATIENCE });
    return runService(service);
  } catch (error) {
    throw explain(error, "read", name);
  }
}

function runService({
  etag,
  traffic,
  trafficStatuses,
  latestReadyRevision,
  reconciling,
}: Service): RunService {
  return {
    etag: etag ?? "",
    traffic: (traffic ?? []).map(target),
    live: (trafficStatuses ?? []).map(target),
    latest: latestReadyRevision?.split("/").at(-1) || undefined,
    reconciling: reconciling === true,
  };
}

function target({ type, revision, percent, tag }: protos.google.cloud.run.v2.ITrafficTarget): Target {
  return {
    revision: type === LATEST ? undefined : (revision ?? ""),
    percent: percent ?? 0,
    ...(tag ? { tag } : {}),
  };
}

/** How long an answer is waited for. */
export interface Wait {
  /** In milliseconds, by the clock. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/**
 * Asks for another traffic, if the service is still the one that was read, and waits until Cloud Run has done it.
 * @throws the client's own error where the request is refused; Error where Cloud Run couldn't do it
 */
export async function moveTraffic(
  client: ServicesClient,
  name: string,
  etag: string,
  traffic: readonly Target[],
  wait: Wait,
): Promise<void> {
  const service: Service = {
    name,
    etag,
    traffic: traffic.map(({ revision, percent, tag }) => ({
      ...(revision === undefined ? { type: LATEST } : { type: REVISION, revision }),
      percent,
      ...(tag === undefined ? {} : { tag }),
    })),
  };
  const request = { service, updateMask: { paths: ["traffic"] } };
  const [begun] = await client.updateService(request, { timeout: PATIENCE });
  await finished(client, name, begun.name ?? "", wait);
}

/** From one question to the next, in milliseconds: the first is soon, since traffic moves in a second or two. */
const EVERY = [250, 250, 500, 500, 1000];

async function finished(
  client: ServicesClient,
  service: string,
  operation: string,
  { signal, until }: Wait,
): Promise<void> {
  for (let asked = 0; ; asked += 1) {
    const { done, error } = await client.checkUpdateServiceProgress(operation).catch((failure: unknown) => {
      throw explain(failure, "say how far it is with", service);
    });
    if (error) throw new Error(`Cloud Run could not move the traffic of ${service}: ${error.message}`);
    if (done) return;
    if (Date.now() > until) {
      throw new Error(
        `Cloud Run is still moving the traffic of ${service}, and longer than anybody waits for that: see \`gcloud run operations describe ${operation.split("/").at(-1)}\``,
      );
    }
    await setTimeout(EVERY[asked] ?? 2000, undefined, { signal });
  }
}
