import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isShared,
  shareOf,
  shareOut,
  type Target,
  versionsOf,
} from "../../../automation/rollout/actuators/share.ts";
import { rolloutState } from "../../support/actuator.ts";

const versions = { candidate: "api-2", stable: "api-1" };

describe("shareOut", () => {
  test("EA-09 gives the candidate its share and the stable version the rest, by name", () => {
    const targets = [
      { revision: undefined, percent: 100 },
      { revision: "api-2", percent: 0, tag: "canary-1a2b3c4" },
    ];
    expect(shareOut(targets, versions, 10)).toEqual([
      { revision: "api-2", percent: 10, tag: "canary-1a2b3c4" },
      { revision: "api-1", percent: 90 },
    ]);
  });

  test("EA-10 takes everything back and leaves every tag", () => {
    const targets = [
      { revision: "api-2", percent: 50, tag: "canary-1a2b3c4" },
      { revision: "api-1", percent: 40 },
      { revision: "api-0", percent: 10, tag: "old" },
    ];
    expect(shareOut(targets, versions, 0)).toEqual([
      { revision: "api-2", percent: 0, tag: "canary-1a2b3c4" },
      { revision: "api-0", percent: 0, tag: "old" },
      { revision: "api-1", percent: 100 },
    ]);
  });

  test("EA-10 takes back what was never deployed", () => {
    const targets = [{ revision: undefined, percent: 100 }];
    expect(shareOut(targets, { candidate: undefined, stable: "api-1" }, 0)).toEqual([
      { revision: "api-1", percent: 100 },
    ]);
  });

  test("refuses to give traffic to what has no name, and says what that means", () => {
    expect(() => shareOut([], { candidate: undefined, stable: "api-1" }, 10)).toThrow(
      "no traffic can be given by name: the candidate was never deployed",
    );
    expect(() => shareOut([], { candidate: "api-2", stable: undefined }, 10)).toThrow(
      "no traffic can be given by name: nothing was stable before this release; move it by hand",
    );
  });

  test("EA-09 always sums up to 100, keeps the tags, and does nothing the second time", () => {
    const revision = fc.constantFrom(undefined, "api-0", "api-1", "api-2");
    const plain = fc.record({ revision, percent: fc.integer({ min: 0, max: 100 }) });
    const tagged = fc.uniqueArray(
      fc.record({ revision, percent: fc.integer({ min: 0, max: 100 }), tag: fc.constantFrom("a", "b", "c") }),
      { selector: ({ tag }) => tag },
    );
    fc.assert(
      fc.property(fc.array(plain), tagged, fc.integer({ min: 0, max: 100 }), (some, others, weight) => {
        const before: Target[] = [...some, ...others];
        const after = shareOut(before, versions, weight);
        expect(after.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
        expect(shareOf(after, "api-2", undefined)).toBe(weight);
        expect(shareOf(after, "api-1", undefined)).toBe(100 - weight);
        const tags = (targets: readonly Target[]) =>
          targets.flatMap(({ revision: name, tag }) => (tag === undefined ? [] : [[tag, name]]));
        expect(tags(after)).toEqual(tags(before));
        expect(isShared(after, versions, weight, "api-2")).toBe(true);
        expect(shareOut(after, versions, weight)).toEqual(after);
      }),
    );
  });
});

describe("isShared", () => {
  test("EA-09 wants names: the latest revision is whatever was deployed last", () => {
    expect(isShared([{ revision: undefined, percent: 100 }], versions, 0, "api-1")).toBe(false);
    expect(isShared([{ revision: "api-1", percent: 100 }], versions, 0, "api-2")).toBe(true);
    expect(isShared([{ revision: "api-1", percent: 100 }], versions, 10, "api-2")).toBe(false);
  });

  test("is content where there is nothing to go back to and the candidate has nothing", () => {
    const first = { candidate: "api-2", stable: undefined };
    expect(isShared([{ revision: undefined, percent: 100 }], first, 0, "api-0")).toBe(true);
    expect(isShared([{ revision: undefined, percent: 100 }], first, 0, "api-2")).toBe(false);
  });
});

describe("shareOf", () => {
  test("counts what goes to a revision by name and as the latest", () => {
    const targets = [
      { revision: undefined, percent: 30 },
      { revision: "api-2", percent: 20 },
      { revision: "api-1", percent: 50 },
    ];
    expect(shareOf(targets, "api-2", "api-2")).toBe(50);
    expect(shareOf(targets, "api-2", "api-1")).toBe(20);
    expect(shareOf(targets, undefined, "api-1")).toBe(0);
  });
});

describe("versionsOf", () => {
  test("prefers what staging found", () => {
    const candidate = { image: "i", revision: "before" };
    expect(versionsOf(rolloutState({ candidate }))).toEqual({
      candidate: "api-candidate",
      stable: "api-stable",
    });
    const { staged: _, ...unstaged } = rolloutState({ candidate });
    expect(versionsOf(unstaged)).toEqual({ candidate: "before", stable: "api-stable" });
  });
});
