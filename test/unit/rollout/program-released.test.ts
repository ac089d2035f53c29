import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "../../../components/release/ledger.ts";
import {
  otherImage,
  otherRevision,
  planReleased,
  releasedIn,
  releasedProblems,
} from "../../../components/release/released.ts";
import { trafficProblems } from "../../../components/service/traffic.ts";

const NAMED = { stack: "production", system: "shop", service: "api" };
const onCloudRun = { runtime: "cloud-run", image: "shop/api:1.0.0" } as const;
const inCluster = { runtime: "kubernetes", image: "shop/api:1.0.0" } as const;
const STABLE = { image: "shop/api:2.0.0", revision: "api-aaaaaaaa" };
const CANDIDATE = { image: "shop/api:3.0.0", revision: "api-bbbbbbbb", percent: 20, tag: "canary-1" };

const entry = (said: Pick<LedgerEntry, "stable" | "candidate">): LedgerEntry => ({
  ...said,
  token: 1,
  commands: [],
  history: [],
});

describe("what a service runs", () => {
  test("EA-09 without an entry is what it declares", () => {
    const traffic = [{ revision: "latest", percent: 100 }];
    expect(planReleased({ ...onCloudRun, traffic }, undefined)).toEqual({ image: "shop/api:1.0.0", traffic });
    expect(planReleased(onCloudRun, entry({}))).toEqual({ image: "shop/api:1.0.0" });
  });

  test("EA-09 on Cloud Run is the stable version, by its name", () => {
    expect(planReleased(onCloudRun, entry({ stable: STABLE }))).toEqual({
      image: "shop/api:2.0.0",
      traffic: [{ revision: "api-aaaaaaaa", percent: 100 }],
    });
  });

  test("EA-09 on Cloud Run is a candidate's template without a share, as long as it isn't there", () => {
    const { revision: _, ...unstaged } = CANDIDATE;
    expect(planReleased(onCloudRun, entry({ stable: STABLE, candidate: unstaged }))).toEqual({
      image: "shop/api:3.0.0",
      traffic: [{ revision: "api-aaaaaaaa", percent: 100 }],
    });
  });

  test("EA-09 on Cloud Run is both versions by their names, the candidate at an address of its own", () => {
    expect(planReleased(onCloudRun, entry({ stable: STABLE, candidate: CANDIDATE }))).toEqual({
      image: "shop/api:3.0.0",
      traffic: [
        { revision: "api-bbbbbbbb", percent: 20, tag: "canary-1" },
        { revision: "api-aaaaaaaa", percent: 80 },
      ],
    });
    expect(
      planReleased(onCloudRun, entry({ stable: STABLE, candidate: { ...CANDIDATE, percent: 100 } })).traffic,
    ).toEqual([{ revision: "api-bbbbbbbb", percent: 100, tag: "canary-1" }]);
  });

  test("EA-09 whatever the percentage, Cloud Run gets shares that it takes, and none for the latest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
        const candidate = { ...CANDIDATE, percent };
        const { traffic = [] } = planReleased(onCloudRun, entry({ stable: STABLE, candidate }));
        expect(trafficProblems(traffic)).toEqual([]);
        expect(traffic.map(({ revision }) => revision)).not.toContain("latest");
        expect(traffic.find(({ revision }) => revision === CANDIDATE.revision)?.percent).toBe(percent);
      }),
    );
  });

  test("OS-06 in a cluster is both versions side by side", () => {
    const header = { name: "X-Canary", value: "always" };
    expect(planReleased(inCluster, entry({ stable: STABLE }))).toEqual({ image: "shop/api:2.0.0" });
    expect(
      planReleased(inCluster, entry({ stable: STABLE, candidate: { ...CANDIDATE, header, fullSize: true } })),
    ).toEqual({
      image: "shop/api:2.0.0",
      candidate: { image: "shop/api:3.0.0", percent: 20, header, fullSize: true },
    });
  });

  test("P8-02 is not what a cohort's entry names: that is turned on in what is deployed", () => {
    const release = { strategy: "cohort", steps: [], gates: [] } as const;
    const said = entry({ stable: { image: "email-compose" } });
    expect(planReleased({ ...inCluster, release }, said)).toEqual({ image: "shop/api:1.0.0" });
  });
});

describe("what doesn't go together with the ledger", () => {
  test("is traffic or a candidate that both say", () => {
    const traffic = [{ revision: "latest", percent: 100 }];
    expect(releasedProblems({ ...onCloudRun, traffic }, entry({ stable: STABLE }))).toEqual([
      "traffic: the stack's ledger says it; leave it out, here or there",
    ]);
    const candidate = { image: "x", percent: 1 };
    expect(releasedProblems({ ...inCluster, candidate }, entry({ candidate: CANDIDATE }))).toEqual([
      "candidate: the stack's ledger says it; leave it out, here or there",
    ]);
    expect(releasedProblems({ ...inCluster, candidate }, undefined)).toEqual([]);
  });

  test("EA-09 is a candidate on Cloud Run beside a stable version without a name", () => {
    const said = { stable: { image: "shop/api:2.0.0" }, candidate: CANDIDATE };
    expect(releasedProblems(onCloudRun, entry(said))).toEqual([
      'the ledger has the candidate "shop/api:3.0.0" and names no revision of the stable version, so nothing could keep requests from the candidate: abort that release, or write stable.revision into the ledger',
    ]);
    expect(releasedProblems(inCluster, entry(said))).toEqual([]);
  });
});

describe("a warning", () => {
  test("names the command that releases what the stack file says", () => {
    expect(otherImage(NAMED, onCloudRun, entry({ stable: STABLE, candidate: CANDIDATE }))).toBe(
      "api: the ledger says that shop/api:2.0.0 is stable, so the stack file's shop/api:1.0.0 is not deployed; release it: npx slipway release shop/api --image shop/api:1.0.0 --stack production",
    );
  });

  test("is not given where the stack file says one of the ledger's, or nobody knows a stable version", () => {
    const both = entry({ stable: STABLE, candidate: CANDIDATE });
    for (const { image } of [STABLE, CANDIDATE]) {
      expect(otherImage(NAMED, { ...onCloudRun, image }, both)).toBeUndefined();
    }
    expect(otherImage(NAMED, onCloudRun, entry({}))).toBeUndefined();
    expect(otherImage(NAMED, onCloudRun, undefined)).toBeUndefined();
  });

  test("says that changed settings get no requests before they are released", () => {
    expect(otherRevision(NAMED, "api-cccccccc", entry({ stable: STABLE }))).toBe(
      "api: its settings are no longer those of api-aaaaaaaa; api-cccccccc, which has them, gets no requests before it is released: npx slipway release shop/api --image shop/api:2.0.0 --stack production",
    );
    expect(otherRevision(NAMED, "api-aaaaaaaa", entry({ stable: STABLE }))).toBeUndefined();
    expect(
      otherRevision(NAMED, "api-bbbbbbbb", entry({ stable: STABLE, candidate: CANDIDATE })),
    ).toBeUndefined();
  });
});

test("a system's entries are told apart from those of one whose name begins alike", () => {
  const services = { "shop/api": entry({ stable: STABLE }), "shop-two/api": entry({}) };
  expect([...releasedIn({ schemaVersion: 1, services }, "shop").keys()]).toEqual(["api"]);
  expect(releasedIn(undefined, "shop").size).toBe(0);
});
