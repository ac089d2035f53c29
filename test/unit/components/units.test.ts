import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bytes,
  type Duration,
  type Memory,
  quantity,
  seconds,
  secondsText,
} from "../../../components/units.ts";

describe("units", () => {
  test.each<[Memory, number, string]>([
    ["512 MiB", 536_870_912, "512Mi"],
    ["1 GiB", 1_073_741_824, "1Gi"],
    ["1024 MiB", 1_073_741_824, "1Gi"],
    ["1.5 GiB", 1_610_612_736, "1536Mi"],
  ])("%s is %d bytes, written %s", (memory, inBytes, text) => {
    expect(bytes(memory)).toBe(inBytes);
    expect(quantity(memory)).toBe(text);
  });

  test.each<[Duration, number]>([
    ["500 ms", 0.5],
    ["10 s", 10],
    ["15 min", 900],
    ["12 h", 43_200],
    ["180 days", 15_552_000],
  ])("%s is %d seconds", (duration, inSeconds) => {
    expect(seconds(duration)).toBe(inSeconds);
  });

  test("180 days is written as Google's APIs want it", () => {
    expect(secondsText("180 days")).toBe("15552000s");
  });

  test.each(["1gb", "1 gb", "", "GiB", "-1 GiB", "1  GiB", "1 GiB "])(
    "%j is no amount of memory, and said so",
    (text) => {
      expect(() => bytes(text as Memory)).toThrow(
        new RangeError(
          `"${text}" is not an amount of memory: write a number, one blank and a unit (MiB, GiB)`,
        ),
      );
    },
  );

  test("whatever else is written is refused, never misread", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\d+(\.\d+)? (ms|s|min|h|days)$/.test(text));
        expect(() => seconds(text as Duration)).toThrow(RangeError);
      }),
    );
  });
});
