import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkTraffic,
  chooseRevision,
  reachableRevisions,
  requestedTag,
  resolveTraffic,
} from "../../../sandbox/cloud/traffic.ts";

const all = () => true;

describe("chooseRevision", () => {
  const split = [
    { revision: "stable", percent: 90 },
    { revision: "canary", percent: 10 },
  ];

  test("EA-09 gives each revision exactly its share of the random range", () => {
    const draws = Array.from({ length: 1000 }, (_, index) => chooseRevision(split, all, index / 1000));
    expect(draws.filter((name) => name === "canary")).toHaveLength(100);
    expect(draws.filter((name) => name === "stable")).toHaveLength(900);
  });

  test("never chooses a revision of 0 %", () => {
    const traffic = [...split, { revision: "idle", percent: 0 }];
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        expect(chooseRevision(traffic, all, random)).not.toBe("idle");
      }),
    );
  });

  test("gives the share of a revision that can't serve to the others", () => {
    expect(chooseRevision(split, (name) => name === "canary", 0.01)).toBe("canary");
  });

  test("knows when nothing can serve", () => {
    expect(chooseRevision(split, () => false, 0.5)).toBeUndefined();
    expect(chooseRevision([], all, 0.5)).toBeUndefined();
  });

  test("always chooses one of those that can serve, if there is one", () => {
    const entry = fc.record({
      revision: fc.constantFrom("a", "b", "c", "d"),
      percent: fc.integer({ min: 1, max: 100 }),
    });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1 }),
        fc.constantFrom("a", "b", "c", "d"),
        draw,
        (traffic, up, random) => {
          const chosen = chooseRevision(traffic, (name) => name === up, random);
          expect(chosen).toBe(traffic.some(({ revision }) => revision === up) ? up : undefined);
        },
      ),
    );
  });
});

describe("checkTraffic", () => {
  test("wants 100 %", () => {
    expect(() => checkTraffic("api", [{ target: "latest", percent: 90 }], [])).toThrow(
      'Traffic of service "api" sums up to 90 %: make it 100 %.',
    );
  });

  test("wants revisions that exist, and names those that do", () => {
    const traffic = [{ target: { revision: "api-2" }, percent: 100 }];
    expect(() => checkTraffic("api", traffic, ["api-0", "api-1"])).toThrow(
      'Traffic of service "api" names the revision "api-2", which does not exist. There is: api-0, api-1.',
    );
    expect(() => checkTraffic("api", traffic, ["api-2"])).not.toThrow();
  });

  test("wants each tag once", () => {
    const traffic = [
      { target: "latest" as const, percent: 100, tag: "canary" },
      { target: { revision: "a" }, percent: 0, tag: "canary" },
    ];
    expect(() => checkTraffic("api", traffic, ["a"])).toThrow('gives the tag "canary" twice');
  });
});

describe("reachableRevisions", () => {
  test("counts weight and tags, not entries of 0 % without a tag, not what is not there yet", () => {
    const traffic = resolveTraffic(
      [
        { target: { revision: "stable" }, percent: 100 },
        { target: { revision: "tagged" }, percent: 0, tag: "canary" },
        { target: { revision: "idle" }, percent: 0 },
        { target: "latest", percent: 0, tag: "next" },
      ],
      "",
    );
    expect([...reachableRevisions(traffic)]).toEqual(["stable", "tagged"]);
  });
});

describe("requestedTag", () => {
  test.each([
    ["canary", undefined, "canary"],
    [undefined, "canary---api.example", "canary"],
    ["header", "host---api", "header"],
    [undefined, "127.0.0.1:8080", undefined],
    [undefined, "---api", undefined],
    ["", undefined, undefined],
    [undefined, undefined, undefined],
  ])("header %s, host %s → %s", (header, host, tag) => {
    expect(requestedTag(header, host)).toBe(tag);
  });
});
