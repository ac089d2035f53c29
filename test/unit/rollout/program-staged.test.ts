import { describe, expect, test } from "vitest";
import type { StateResource } from "../../../automation/deploy/state.ts";
import { nameRevisions } from "../../../automation/rollout/deploy/names.ts";
import { servingRevision, stagedIn } from "../../../automation/rollout/deploy/staged.ts";
import { begin } from "../../../automation/rollout/machine/begin.ts";
import type { Traffic } from "../../../automation/rollout/traffic.ts";
import type { Ledger, LedgerEntry } from "../../../components/release/ledger.ts";
import type { LedgerStore } from "../../../components/release/ledger-store.ts";
import { begun, rolloutPlan } from "../../support/rollout/release.ts";

const RUN = {
  kind: "cloud-run",
  urn: "urn:run",
  project: "shop",
  location: "us-east1",
  service: "api",
} as const;
const ROUTE = {
  kind: "http-route",
  urn: "urn:route",
  namespace: "shop",
  name: "edge-api",
  stable: "api",
  candidate: "api-candidate",
} as const;

const state = (traffic: Traffic) => begin(begun(rolloutPlan({ traffic })));
const service = (outputs: object): StateResource => ({
  urn: RUN.urn,
  type: "gcp:cloudrunv2/service:Service",
  outputs: outputs as Record<string, unknown>,
});
const deployment = (name: string, revision: string): StateResource => ({
  urn: `urn:${name}`,
  type: "kubernetes:apps/v1:Deployment",
  inputs: {
    metadata: { name, namespace: "shop" },
    spec: { template: { metadata: { labels: { "slipway.dev/revision": revision } } } },
  },
});

describe("what staging found", () => {
  test("EA-09 is on Cloud Run the revision of the template, and the address of its tag", () => {
    const outputs = {
      template: { revision: "api-bbbbbbbb" },
      trafficStatuses: [
        { revision: "api-aaaaaaaa", percent: 100 },
        { revision: "api-bbbbbbbb", tag: "canary-1", uri: "https://canary-1---api.run.app" },
      ],
    };
    expect(stagedIn([service(outputs)], state(RUN), "api-aaaaaaaa")).toEqual({
      candidate: "api-bbbbbbbb",
      stable: "api-aaaaaaaa",
      address: "https://canary-1---api.run.app",
    });
    expect(stagedIn([service({ ...outputs, trafficStatuses: [] })], state(RUN))).toEqual({
      candidate: "api-bbbbbbbb",
    });
  });

  test("OS-06 is in a cluster the revisions that both Deployments' pods carry", () => {
    const both = [deployment("api", "api-aaaaaaaa"), deployment("api-candidate", "api-bbbbbbbb")];
    expect(stagedIn(both, state(ROUTE))).toEqual({
      candidate: "api-bbbbbbbb",
      stable: "api-aaaaaaaa",
      address: "http://api-candidate.shop.svc.cluster.local",
    });
    expect(() => stagedIn([deployment("api", "api-aaaaaaaa")], state(ROUTE))).toThrow(
      "the deployment made no shop/api-candidate",
    );
  });
});

test("EA-09 what serves on Cloud Run is who has most of the traffic, or else the latest", () => {
  const trafficStatuses = [
    { revision: "api-bbbbbbbb", percent: 20 },
    { revision: "api-aaaaaaaa", percent: 80 },
  ];
  expect(servingRevision([service({ trafficStatuses })], RUN)).toBe("api-aaaaaaaa");
  const latest = "projects/shop/locations/us-east1/services/api/revisions/api-cccccccc";
  const toLatest = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }];
  expect(servingRevision([service({ trafficStatuses: toLatest, latestReadyRevision: latest })], RUN)).toBe(
    "api-cccccccc",
  );
  expect(servingRevision([service({})], RUN)).toBeUndefined();
  expect(() => servingRevision([], RUN)).toThrow("the engine's state has no urn:run");
});

describe("names in the ledger", () => {
  const doing = { state: state(RUN), token: 7 };
  const KEY = "shop/backend";

  /** A ledger in memory with this entry. */
  function memory(said: Partial<LedgerEntry>): { store: LedgerStore; entry: () => LedgerEntry | undefined } {
    const entry: LedgerEntry = { token: 7, commands: [], history: [], ...said };
    let ledger: Ledger = { schemaVersion: 1, services: { [KEY]: entry } };
    const store: LedgerStore = {
      address: "memory:",
      read: async () => ({ ledger, version: "1" }),
      write: async (next) => {
        ledger = next;
        return "1";
      },
    };
    return { store, entry: () => ledger.services[KEY] };
  }
  const stable = { image: "a" };
  const candidate = { image: "b", percent: 0, tag: "canary-1" };

  test("are written where there are none; the stable version's stays", async () => {
    const { store, entry } = memory({ stable, candidate });
    await nameRevisions(store, doing, { stable: "api-aaaaaaaa" });
    await nameRevisions(store, doing, { stable: "api-cccccccc", candidate: "api-bbbbbbbb" });
    expect(entry()).toMatchObject({
      stable: { image: "a", revision: "api-aaaaaaaa" },
      candidate: { image: "b", revision: "api-bbbbbbbb", percent: 0 },
    });
  });

  test("are not written by a driver that was replaced, nor where nothing is released", async () => {
    const replaced = memory({ stable, candidate, token: 8 });
    await expect(nameRevisions(replaced.store, doing, { candidate: "x" })).rejects.toThrow(
      "another driver goes on with the release of shop/backend, under a newer lease (8)",
    );
    expect(replaced.entry()).toMatchObject({ candidate });
    await expect(nameRevisions(memory({ stable }).store, doing, {})).rejects.toThrow(
      "the ledger memory: has no candidate of shop/backend",
    );
  });
});
