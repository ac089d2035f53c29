import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseSet } from "../../../automation/flags/choose.ts";
import { type FlagState, flagStates, readFlagSet } from "../../../automation/flags/flag-set.ts";
import { checkReason, parseAssignments, planFlip } from "../../../automation/flags/flip.ts";
import {
  HISTORY_ANNOTATION,
  type HistoryEntry,
  readHistory,
  setBy,
} from "../../../automation/flags/history.ts";
import { flip } from "../../../automation/flags/store.ts";
import { CATALOGUE_ANNOTATION } from "../../../components/flags/catalogue.ts";
import { ADA, declaredObject, FLAGS, MemoryStore } from "./support.ts";

const set = readFlagSet(declaredObject());
const emergency = { USE_UNIFIED_PIPELINE: "0", CONV_STORE_PRIMARY: "mongo" };
const stateOf = (states: readonly FlagState[], name: string) => states.find((state) => state.name === name);

describe("planFlip", () => {
  test("OS-08 the emergency's two flags are one change, with its record", () => {
    const { changes, object } = planFlip(set, undefined, emergency, ADA);
    expect(changes).toEqual([
      { name: "USE_UNIFIED_PIPELINE", from: "1", to: "0" },
      { name: "CONV_STORE_PRIMARY", from: "redis", to: "mongo" },
    ]);
    expect(object).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "shop-flags-overrides",
        namespace: "shop",
        labels: {
          "app.kubernetes.io/part-of": "shop",
          "slipway.dev/environment": "sandbox",
          "slipway.dev/flags-overrides": "shop",
        },
        annotations: { [HISTORY_ANNOTATION]: JSON.stringify([{ ...ADA, changes }]) },
      },
      data: emergency,
    });
  });

  test("what others put into the object stays", () => {
    const current = {
      metadata: { annotations: { team: "shop" }, labels: { "by-hand": "yes" }, resourceVersion: "7" },
      data: { CONV_MAX_TURNS: "8" },
    };
    const { object } = planFlip(set, current, { USE_UNIFIED_PIPELINE: "0" }, ADA);
    expect(object.metadata).toMatchObject({
      resourceVersion: "7",
      annotations: { team: "shop" },
      labels: { "by-hand": "yes" },
    });
    expect(object.data).toEqual({ CONV_MAX_TURNS: "8", USE_UNIFIED_PIPELINE: "0" });
  });

  test("what is so already is no change", () => {
    const current = { data: { USE_UNIFIED_PIPELINE: "0" } };
    expect(planFlip(set, current, { USE_UNIFIED_PIPELINE: "0", CONV_MAX_TURNS: null }, ADA).changes).toEqual(
      [],
    );
  });

  test("a cleared flag is what is declared again; so is one that no program declares any more", () => {
    const current = { data: { USE_UNIFIED_PIPELINE: "0", GONE: "1" } };
    const { changes, object } = planFlip(set, current, "clear all", ADA);
    expect(changes).toEqual([
      { name: "USE_UNIFIED_PIPELINE", from: "0", to: "1", cleared: true },
      { name: "GONE", from: "1", to: null, cleared: true },
    ]);
    expect(object.data).toEqual({});
    expect(planFlip(set, current, { GONE: null }, ADA).object.data).toEqual({ USE_UNIFIED_PIPELINE: "0" });
  });

  test.each([
    [
      { CONV_STOR_PRIMARY: "mongo" },
      '"shop" has no flag CONV_STOR_PRIMARY; did you mean CONV_STORE_PRIMARY?',
    ],
    [{ CONV_STORE_PRIMARY: "disk" }, 'CONV_STORE_PRIMARY: "disk" must be one of redis, mongo'],
    [{ USE_UNIFIED_PIPELINE: "off" }, 'USE_UNIFIED_PIPELINE: "off" must be 1 or 0'],
    [{ CONV_MAX_TURNS: "101" }, 'CONV_MAX_TURNS: "101" must be a whole number from 1 to 100'],
    [{ CONV_TTL_SECONDS: "1e6" }, 'CONV_TTL_SECONDS: "1e6" must be a whole number of seconds, in digits'],
    [{ CONV_TTL_SECONDS: "60" }, 'CONV_TTL_SECONDS: "60" must be a whole number of seconds of 3600 or more'],
    [
      { REDIS_SOCKET_TIMEOUT_MS: "100" },
      "REDIS_SOCKET_TIMEOUT_MS is read at the start only: change it where it is declared, and deploy; that restarts the pods",
    ],
    [{ GONE: null }, `"shop" has no flag GONE. It has: ${Object.keys(set.catalogue).join(", ")}`],
  ])("%j is refused", (wanted, message) => {
    const right = { USE_UNIFIED_PIPELINE: "0" };
    expect(() => planFlip(set, undefined, { ...right, ...(wanted as Record<string, string>) }, ADA)).toThrow(
      expect.objectContaining({ code: 2, message }),
    );
  });
});

describe("what is typed", () => {
  test("NAME=VALUE, the value up to the end", () => {
    expect(parseAssignments(["A=1", "B=x=y", "C=", "A=1"])).toEqual({ A: "1", B: "x=y", C: "" });
  });

  test.each([
    [
      ["A"],
      '"A" is not NAME=VALUE, such as USE_UNIFIED_PIPELINE=0. To take an override away: slipway flags clear NAME',
    ],
    [
      ["=1"],
      '"=1" is not NAME=VALUE, such as USE_UNIFIED_PIPELINE=0. To take an override away: slipway flags clear NAME',
    ],
    [["A=1", "A=0"], 'A is given two values, "1" and "0"'],
  ])("%j is refused", (typed, message) => {
    expect(() => parseAssignments(typed)).toThrow(expect.objectContaining({ code: 2, message }));
  });

  test("a reason is one line that says something", () => {
    expect(checkReason("  replies\n are wrong ")).toBe("replies are wrong");
    expect(() => checkReason(" ")).toThrow(/the reason is empty/);
    expect(() => checkReason("a".repeat(501))).toThrow(
      "the reason has 501 characters; 500 are kept: say it shorter",
    );
  });
});

describe("flip", () => {
  test("of many at the same time none is lost, and each is recorded", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 20 }), async (people) => {
        const many = Object.fromEntries(
          Array.from({ length: people }, (_, index) => [`FLAG_${index}`, FLAGS.USE_UNIFIED_PIPELINE]),
        );
        const store = new MemoryStore();
        const big = readFlagSet(declaredObject("shop", "shop", { flags: many, settings: {} }));
        const all = Object.keys(many);
        await Promise.all(all.map((name) => flip(store, big, { [name]: "0" }, { ...ADA, by: name })));
        const stored = await store.read("shop", "shop-flags-overrides");
        expect(Object.keys(stored?.data ?? {}).sort()).toEqual(all.sort());
        const history = readHistory(stored?.metadata?.annotations?.[HISTORY_ANNOTATION]);
        expect(history.map(({ by }) => by).sort()).toEqual(all);
        expect(store.conflicts).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  });

  test("what an admission webhook takes away again is said", async () => {
    class Changing extends MemoryStore {
      override async write(object: Parameters<MemoryStore["write"]>[0]) {
        return await super.write({ ...object, data: {} });
      }
    }
    await expect(flip(new Changing(), set, emergency, ADA)).rejects.toThrow(
      'the cluster did not keep what was written for USE_UNIFIED_PIPELINE, CONV_STORE_PRIMARY: an admission webhook changes the ConfigMap "shop-flags-overrides"',
    );
  });

  test("an object that never holds still is given up, with nothing changed", async () => {
    class Busy extends MemoryStore {
      override async write() {
        return undefined;
      }
    }
    await expect(flip(new Busy(), set, emergency, ADA)).rejects.toThrow(
      /was changed by others 50 times .* nothing was changed/,
    );
  });
});

describe("flagStates", () => {
  test("what is declared, what is set over it, since when, by whom and why", async () => {
    const store = new MemoryStore();
    await flip(store, set, emergency, ADA);
    await flip(store, set, { CONV_STORE_PRIMARY: null }, { ...ADA, reason: "redis is back" });
    const states = flagStates(set, await store.read("shop", "shop-flags-overrides"));
    expect(stateOf(states, "USE_UNIFIED_PIPELINE")).toEqual({
      name: "USE_UNIFIED_PIPELINE",
      kind: "switch",
      declared: "1",
      override: "0",
      effective: "0",
      readAtStart: false,
      since: "2026-11-21T14:03:05.000Z",
      by: "Ada <ada@shop.example>",
      reason: "drill",
      why: "one pipeline",
      off: "0: the old one answers",
    });
    expect(stateOf(states, "CONV_STORE_PRIMARY")).toMatchObject({ override: null, effective: "redis" });
    expect(stateOf(states, "CONV_STORE_PRIMARY")).not.toHaveProperty("reason");
    expect(stateOf(states, "REDIS_SOCKET_TIMEOUT_MS")).toMatchObject({
      declared: "200",
      effective: "200",
      readAtStart: true,
    });
  });

  test("what a person set by hand has no author, and what became of a changed program is said", () => {
    const data = { CONV_STORE_PRIMARY: "disk", GONE: "1", REDIS_SOCKET_TIMEOUT_MS: "9", CONV_MAX_TURNS: "8" };
    const states = flagStates(set, { data });
    expect(stateOf(states, "CONV_MAX_TURNS")).not.toHaveProperty("by");
    expect(
      states.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`])),
    ).toEqual([
      'CONV_STORE_PRIMARY: "disk" must be one of redis, mongo: clear it, or set it anew',
      "GONE: no program declares it any more: clear it",
      "REDIS_SOCKET_TIMEOUT_MS: it is read at the start only, so this has no effect: clear it",
    ]);
    expect(stateOf(states, "GONE")).toMatchObject({ declared: null, effective: "1" });
    expect(stateOf(states, "REDIS_SOCKET_TIMEOUT_MS")).toMatchObject({ effective: "200" });
  });

  test("an object that doesn't say what its flags are is refused, with the way out", () => {
    const object = declaredObject();
    object.metadata = {
      ...object.metadata,
      annotations: { [CATALOGUE_ANNOTATION]: '{"A":{"kind":"colour"}}' },
    };
    expect(() => readFlagSet(object)).toThrow(
      /^the ConfigMap "shop-flags" in namespace "shop" does not say what its flags are: .* slipway up$/,
    );
  });
});

describe("history", () => {
  test("fifty are kept, and whatever set what is set now", async () => {
    const store = new MemoryStore();
    await flip(store, set, { CONV_STORE_PRIMARY: "mongo" }, { ...ADA, reason: "the first" });
    for (let turn = 0; turn < 60; turn += 1) {
      await flip(store, set, { CONV_MAX_TURNS: String(1 + turn) }, { ...ADA, reason: `turn ${turn}` });
    }
    const stored = await store.read("shop", "shop-flags-overrides");
    const history = readHistory(stored?.metadata?.annotations?.[HISTORY_ANNOTATION]);
    expect(history.map(({ reason }) => reason)).toEqual([
      "the first",
      ...Array.from({ length: 50 }, (_, index) => `turn ${index + 10}`),
    ]);
    expect(setBy(history, "CONV_STORE_PRIMARY", "mongo")?.reason).toBe("the first");
  });

  test("it never grows beyond what an annotation holds", () => {
    const past: HistoryEntry[] = Array.from({ length: 50 }, () => ({
      ...ADA,
      reason: "é".repeat(500),
      changes: Array.from({ length: 50 }, (_, index) => ({
        name: `FLAG_${index}`,
        from: "0",
        to: "x".repeat(40),
      })),
    }));
    const annotations = { [HISTORY_ANNOTATION]: JSON.stringify(past) };
    const { object } = planFlip(set, { metadata: { annotations } }, emergency, ADA);
    const kept = object.metadata?.annotations?.[HISTORY_ANNOTATION] ?? "";
    expect(Buffer.byteLength(kept)).toBeLessThan(131_072);
    expect(readHistory(kept).at(-1)?.changes[0]?.name).toBe("USE_UNIFIED_PIPELINE");
    expect(readHistory(kept).length).toBeGreaterThan(10);
  });

  test.each(["", "{", "7", '[{"at":1}]'])("an annotation that says %j is none", (annotation) => {
    expect(readHistory(annotation)).toEqual([]);
  });
});

describe("chooseSet", () => {
  const other = readFlagSet(
    declaredObject("bank", "bank", { flags: { SPEED: FLAGS.USE_UNIFIED_PIPELINE }, settings: {} }),
  );
  const away = readFlagSet(declaredObject("shop", "shop-eu"));

  test("the only one; the named one; the one that knows the flags", () => {
    expect(chooseSet([set], undefined, ["ANY"], "it")).toBe(set);
    expect(chooseSet([set, other], "bank", [], "it")).toBe(other);
    expect(chooseSet([set, other], undefined, ["SPEED"], "it")).toBe(other);
  });

  test.each([
    [[set, away], undefined, ["USE_UNIFIED_PIPELINE"]],
    [[set, away], "shop", []],
    [[set, other], undefined, ["SPEED", "USE_UNIFIED_PIPELINE"]],
  ])("several are never guessed between", (sets, name, names) => {
    expect(() => chooseSet(sets, name, names, "it")).toThrow(
      /^it has several sets of flags that it could be; /,
    );
  });

  test("none is said", () => {
    expect(() => chooseSet([set], "bank", [], "it")).toThrow(
      'it has no flags of "bank". It has those of: shop',
    );
    expect(() => chooseSet([], undefined, [], "it")).toThrow(
      /^it has no flags: no ConfigMap with the label /,
    );
  });
});
