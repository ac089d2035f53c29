import type { Doing } from "../../automation/rollout/actuator.ts";
import { updateEntry } from "../../automation/rollout/ledger/update.ts";
import { begin } from "../../automation/rollout/machine/begin.ts";
import type { RolloutState } from "../../automation/rollout/machine/state.ts";
import type { Traffic } from "../../automation/rollout/traffic.ts";
import type { LedgerEntry } from "../../components/release/ledger.ts";
import { CloudClient } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { begun, rolloutPlan } from "../support/rollout/release.ts";
import { ID, type SmallSystem } from "../support/small-system.ts";

/** `shop/web` in the sandbox. */
export const WEB = {
  kind: "cloud-run",
  urn: "urn:pulumi:sandbox::slipway::slipway:service:Service$gcp:cloudrunv2/service:Service::shop-web",
  project: "shop-sandbox",
  location: "us-east1",
  service: "web",
} as const satisfies Traffic;

/** A release of `shop/web` in the ledger of its sandbox, done step by step by whoever holds this. */
export class ReleaseByHand {
  readonly #small: SmallSystem;

  constructor(small: SmallSystem) {
    this.#small = small;
  }

  /** Changes the service's entry of the ledger. */
  async ledger(change: (entry: LedgerEntry) => LedgerEntry): Promise<LedgerEntry> {
    return await updateEntry(this.#small.store, "shop/web", change);
  }

  /** Who has which share: `{ "web-1a2b3c4d": 100 }`; addresses of their own by `#tag`. */
  async shares(): Promise<Record<string, number>> {
    const { traffic } = await this.#small.live();
    return Object.fromEntries(
      traffic.map(({ revision, percent, tag }) => [
        tag === undefined ? revision : `${revision}#${tag}`,
        percent,
      ]),
    );
  }

  /** Moves the traffic as a rollout does, without the engine. */
  async move(traffic: Parameters<CloudClient["setTraffic"]>[1]["traffic"]): Promise<void> {
    const cloud = await CloudClient.connect(sandboxPaths(this.#small.checkout.root).cloud);
    await cloud.setTraffic(ID, { etag: (await this.#small.live()).etag, traffic });
  }

  /** What an effect of this release is done with. */
  doing(): Doing {
    const target = { stack: "sandbox", system: "shop", service: "web" };
    const state: RolloutState = begin({ ...begun(rolloutPlan({ traffic: WEB })), target });
    return {
      state,
      effect: { n: 1, kind: "stage" },
      token: 0,
      signal: new AbortController().signal,
      report: () => {},
    };
  }
}
