import { setTimeout } from "node:timers/promises";
import type { ServicesClient } from "@google-cloud/run";
import type { TrafficControl } from "../actuator.ts";
import { untilWritten } from "./attempts.ts";
import { moveTraffic, openCloudRun, type RunService, readService, type Wait } from "./cloud-run-client.ts";
import { explain, isConflict } from "./cloud-run-errors.ts";
import { isShared, shareOf, shareOut, versionsOf } from "./share.ts";
import { serviceId } from "./traffic-kind.ts";

/** Who is asked, and for how long. */
export interface CloudRunOptions {
  /** Opens the official client; once, and only where it is needed, for it takes half a second to load. */
  readonly open?: () => Promise<ServicesClient>;
  /** Longest that Cloud Run may take for one change, in milliseconds; it takes seconds. Default 120,000. */
  readonly patience?: number;
}

/**
 * Traffic of a service on Cloud Run, by its own API. Needs roles/run.developer on the service, run.operations.get in the
 * project, and roles/iam.serviceAccountUser on the account that the service runs as.
 */
export function cloudRunTraffic({
  open = openCloudRun,
  patience = 120_000,
}: CloudRunOptions = {}): TrafficControl {
  let opened: Promise<ServicesClient> | undefined;
  const connect = () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    async read(state) {
      const { live, latest } = await readService(await connect(), serviceId(state));
      return shareOf(live, versionsOf(state).candidate, latest);
    },
    async set({ state, signal }, weight) {
      const client = await connect();
      const name = serviceId(state);
      const versions = versionsOf(state);
      const wait = { signal, until: Date.now() + patience };
      const shared = (targets: RunService["live"], { latest }: RunService) =>
        isShared(targets, versions, weight, latest);
      await untilWritten(`the service ${name}`, signal, async () => {
        const service = await readService(client, name);
        const { traffic, live, reconciling, etag } = service;
        // Asked for before, and not done: it is asked for again.
        if (shared(traffic, service) && (reconciling || shared(live, service))) return true;
        const wanted = shareOut(traffic, versions, weight);
        return await moveTraffic(client, name, etag, wanted, wait).then(
          () => true,
          (error: unknown) => {
            if (isConflict(error)) return false;
            throw explained(error, name);
          },
        );
      });
      await untilLive(client, name, wait, (service) => shared(service.live, service));
    },
  };
}

/** What the client threw, explained; what was explained already stays as it is. */
function explained(error: unknown, name: string): unknown {
  const fromClient = typeof (error as { code?: unknown }).code === "number";
  return fromClient ? explain(error, "move the traffic of", name) : error;
}

/** @throws Error that says what is live instead */
async function untilLive(
  client: ServicesClient,
  name: string,
  { signal, until }: Wait,
  satisfied: (service: RunService) => boolean,
): Promise<void> {
  for (;;) {
    const service = await readService(client, name);
    if (satisfied(service)) return;
    if (Date.now() > until) {
      const shares = service.live.map(
        ({ revision, percent }) => `${revision ?? `${service.latest} (latest)`} ${percent} %`,
      );
      throw new Error(
        `Cloud Run took the new traffic of ${name} and still doesn't serve it. It serves: ${shares.join(", ") || "nothing"}`,
      );
    }
    await setTimeout(500, undefined, { signal });
  }
}
