import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { sandboxLedger } from "../../automation/deploy/config-file.ts";
import type { Doing } from "../../automation/rollout/actuator.ts";
import { updateEntry } from "../../automation/rollout/ledger/update.ts";
import { begin } from "../../automation/rollout/machine/begin.ts";
import type { RolloutState } from "../../automation/rollout/machine/state.ts";
import type { Traffic } from "../../automation/rollout/traffic.ts";
import type { LedgerEntry } from "../../components/release/ledger.ts";
import type { LedgerStore } from "../../components/release/ledger-store.ts";
import { openLedger } from "../../components/release/stores/open.ts";
import { CloudClient, type CloudServiceStatus } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import type { Checkout } from "../support/checkout.ts";
import { begun, rolloutPlan } from "../support/rollout/release.ts";

/** EthixAI's backend in the sandbox. */
export const BACKEND = {
  kind: "cloud-run",
  urn: "urn:pulumi:sandbox::slipway::slipway:system:Ethixai$slipway:service:Service$gcp:cloudrunv2/service:Service::ethixai-backend",
  project: "ethixai-sandbox",
  location: "us-east1",
  service: "backend",
} as const satisfies Traffic;

const KEY = "ethixai/backend";
const ID = "projects/ethixai-sandbox/locations/us-east1/services/backend";

/** A copy of the project whose sandbox has a release of EthixAI's backend in its ledger. */
export class ReleaseCheckout {
  readonly checkout: Checkout;
  readonly store: LedgerStore;

  constructor(checkout: Checkout) {
    this.checkout = checkout;
    this.store = openLedger(sandboxLedger(checkout.root, "sandbox"));
  }

  /** Changes the backend's entry of the ledger. */
  async ledger(change: (entry: LedgerEntry) => LedgerEntry): Promise<LedgerEntry> {
    return await updateEntry(this.store, KEY, change);
  }

  /** The local cloud, and the backend in it. */
  async live(): Promise<{ cloud: CloudClient; service: CloudServiceStatus }> {
    const cloud = await CloudClient.connect(sandboxPaths(this.checkout.root).cloud);
    const service = await cloud.getService(ID);
    if (service === undefined) throw new Error("there is no backend");
    return { cloud, service };
  }

  /** Who has which share: `{ "backend-1a2b3c4d": 100 }`; addresses of their own by `#tag`. */
  async shares(): Promise<Record<string, number>> {
    const { traffic } = (await this.live()).service;
    return Object.fromEntries(
      traffic.map(({ revision, percent, tag }) => [
        tag === undefined ? revision : `${revision}#${tag}`,
        percent,
      ]),
    );
  }

  /** Moves the traffic as a rollout does, without the engine. */
  async move(traffic: Parameters<CloudClient["setTraffic"]>[1]["traffic"]): Promise<void> {
    const { cloud, service } = await this.live();
    await cloud.setTraffic(ID, { etag: service.etag, traffic });
  }

  /** What an effect of this release is done with. */
  doing(): Doing {
    const target = { stack: "sandbox", system: "ethixai", service: "backend" };
    const state: RolloutState = begin({ ...begun(rolloutPlan({ traffic: BACKEND })), target });
    return {
      state,
      effect: { n: 1, kind: "stage" },
      token: 0,
      signal: new AbortController().signal,
      report: () => {},
    };
  }

  /** Says something of a system in the stack file. */
  async say(system: string, settings: object): Promise<void> {
    const file = join(this.checkout.root, "Pulumi.sandbox.yaml");
    const said = parse(await readFile(file, "utf8"));
    Object.assign(said.config["slipway:stack"].systems, { [system]: settings });
    await writeFile(file, stringify(said));
  }
}
