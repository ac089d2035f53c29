import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valueProblem } from "../../../components/flags/catalogue.ts";
import type { Flag, Setting } from "../../../components/flags/flag.ts";
import { catalogueEntry, declaredText, plainNumber, planFlags } from "../../../components/flags/plan.ts";
import { flagsProblems } from "../../../components/flags/problems.ts";
import { FLAGS, SETTINGS } from "./support.ts";

describe("planFlags", () => {
  test("OS-03 flags and settings are what the application reads: 1, redis, 2592000, 0.005", () => {
    const { data, environment } = planFlags(FLAGS, SETTINGS);
    expect(data).toEqual({
      CONV_MAX_TURNS: "16",
      CONV_STORE_PRIMARY: "redis",
      CONV_TTL_SECONDS: "2592000",
      PROMPT_STYLE: "plain = short",
      SCHEMA_REPAIR_RATE_ALERT: "0.005",
      USE_UNIFIED_PIPELINE: "1",
    });
    expect(environment).toEqual({ FLAGS_DIR: "/flags", REDIS_SOCKET_TIMEOUT_MS: "200" });
  });

  test("the catalogue says what each may be, in the unit that the application reads", () => {
    expect(planFlags(FLAGS, SETTINGS).catalogue).toEqual({
      CONV_MAX_TURNS: { kind: "count", min: 1, max: 100, why: "how much of a talk is kept" },
      CONV_STORE_PRIMARY: { kind: "choice", of: ["redis", "mongo"], why: "where talks are kept" },
      CONV_TTL_SECONDS: { kind: "seconds", min: 3600, why: "how long talks are kept" },
      PROMPT_STYLE: { kind: "text", why: "how it speaks" },
      REDIS_SOCKET_TIMEOUT_MS: { kind: "milliseconds", why: "patience", atStart: "200" },
      SCHEMA_REPAIR_RATE_ALERT: { kind: "ratio", why: "repairs, of all answers, that alert" },
      USE_UNIFIED_PIPELINE: { kind: "switch", why: "one pipeline", off: "0: the old one answers" },
    });
  });

  test("the order of declaration makes no difference", () => {
    const turned = <T>(all: Record<string, T>) => Object.fromEntries(Object.entries(all).reverse());
    expect(JSON.stringify(planFlags(turned<Flag>(FLAGS), turned<Setting>(SETTINGS)))).toBe(
      JSON.stringify(planFlags(FLAGS, SETTINGS)),
    );
  });

  test("OS-03 any number reads back as itself, in digits alone", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => {
        const text = plainNumber(value);
        expect(text).toMatch(/^\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value);
      }),
    );
    expect(plainNumber(1.5e-7)).toBe("0.00000015");
  });

  test("OS-03 any length of time reads back as itself, and is a value that its own entry takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (value) => {
        for (const setting of [
          { kind: "milliseconds", value: `${value} ms`, why: "w" },
          { kind: "seconds", value: `${value} s`, why: "w" },
        ] as const) {
          const text = declaredText(setting);
          expect(text).toBe(String(value));
          expect(valueProblem(catalogueEntry(setting), text)).toBeUndefined();
        }
      }),
    );
  });
});

describe("flagsProblems", () => {
  const flag = (change: object) =>
    flagsProblems({ FLAG: { ...FLAGS.CONV_STORE_PRIMARY, ...change } as Flag }, {});
  const setting = (name: string, change: object) =>
    flagsProblems({}, { [name]: { why: "w", ...change } as Setting });

  test("what is right is not refused", () => {
    expect(flagsProblems(FLAGS, SETTINGS)).toEqual([]);
    expect(setting("TOKEN_TTL_SECONDS", { kind: "seconds", value: "5 min" })).toEqual([]);
    expect(setting("LLM_MAX_TOKENS", { kind: "count", value: 4096 })).toEqual([]);
    expect(setting("RATE", { kind: "ratio", value: 1 })).toEqual([]);
  });

  test.each([
    [{ default: "disk" }, 'FLAG: default: "disk" must be one of redis, mongo'],
    [{ of: ["redis"] }, "FLAG: of: [redis] must be two different words or more"],
    [{ of: ["redis", "redis"] }, "FLAG: of: [redis, redis] must be two different words or more"],
    [{ of: ["redis", "a b"] }, 'FLAG: of: "a b" must be letters, digits, "_", ".", ":", "/" or "-"'],
    [{ why: " " }, "FLAG: why: say what it decides, for whoever stands before it at night"],
  ])("the choice %j is refused", (change, problem) => {
    expect(flag(change)).toEqual([problem]);
  });

  test.each([
    ["TURNS", { kind: "count", value: 1.5 }, 'TURNS: value: "1.5" must be a whole number, in digits'],
    ["TURNS", { kind: "count", value: -1 }, 'TURNS: value: "-1" must be a whole number, in digits'],
    ["TURNS", { kind: "count", value: 1e21 }, 'TURNS: value: "1e+21" must be a whole number, in digits'],
    ["TURNS", { kind: "count", value: Number.NaN }, 'TURNS: value: "NaN" must be a whole number, in digits'],
    [
      "TURNS",
      { kind: "count", value: 17, min: 1, max: 16 },
      'TURNS: value: "17" must be a whole number from 1 to 16',
    ],
    ["TURNS", { kind: "count", value: 0, min: 1 }, 'TURNS: value: "0" must be a whole number of 1 or more'],
    ["TURNS", { kind: "count", value: 16, min: 20, max: 10 }, "TURNS: min: 20 must not be more than max, 10"],
    ["RATE", { kind: "ratio", value: 1.1 }, 'RATE: value: "1.1" must be a number from 0 to 1'],
    [
      "TTL_SECONDS",
      { kind: "seconds", value: "500 ms" },
      'TTL_SECONDS: value: "0.5" must be a whole number of seconds, in digits',
    ],
    [
      "TTL_SECONDS",
      { kind: "seconds", value: "soon" },
      'TTL_SECONDS: "soon" is not a length of time: write a number, one blank and a unit (ms, s, min, h, days)',
    ],
    [
      "TIMEOUT_MS",
      { kind: "seconds", value: "2 s" },
      "TIMEOUT_MS: kind: the name promises milliseconds, and it is given in seconds; change one of them",
    ],
    ["STYLE", { kind: "text", value: "a\nb" }, 'STYLE: value: "a\\nb" must be one line of text'],
    [
      "style",
      { kind: "text", value: "a" },
      'style: "style" is no flag\'s name: use capitals, digits and "_", a letter first, 253 characters at most',
    ],
    [
      "FLAGS_DIR",
      { kind: "text", value: "a" },
      "FLAGS_DIR: the name is taken: it tells the application where its flags are",
    ],
  ])("the setting %s %j is refused", (name, change, problem) => {
    expect(setting(name, change)).toContain(problem);
  });

  test.each([
    ["REDIS_PASSWORD", "hunter2"],
    ["API_KEY", "k"],
    ["SENTRY_DSN", "https://a"],
    ["STORE_URL", "redis://app:hunter2@store:6379"],
  ])("the text %s looks like a secret, and is not quoted", (name, value) => {
    const problems = setting(name, { kind: "text", value });
    expect(problems).toEqual([
      `${name}: it looks like a secret, and everybody who may read ConfigMaps would read it: declare a Secret, and mount it by \`secrets\``,
    ]);
  });

  test("one name can't be a flag and a setting", () => {
    expect(
      flagsProblems(
        { SPEED: { kind: "switch", default: true, why: "w" } },
        { SPEED: { kind: "count", value: 1, why: "w" } },
      ),
    ).toEqual(['"SPEED" is a flag and a setting; remove one']);
  });

  test("what Kubernetes has no room for is refused", () => {
    const text = (value: string, why: string) => ({ kind: "text", value, why }) as const;
    expect(flagsProblems({}, { A: text("a".repeat(2 ** 20), "w") })).toEqual([
      "flags: 1048577 bytes in all; Kubernetes takes 1048576",
    ]);
    expect(flagsProblems({}, { A: text("a".repeat(2 ** 20 - 1), "w") })).toEqual([]);
    expect(flagsProblems({}, { A: text("a", "w".repeat(2 ** 18)) })).toEqual([
      "flags: what they say of themselves takes 262174 bytes; there is room for 196608: shorten `why` and `off`",
    ]);
  });
});
