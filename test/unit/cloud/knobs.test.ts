import { describe, expect, test } from "vitest";
import { HEALTHY, initialKnobs, turnKnobs } from "../../../sandbox/images/demo/knobs.ts";

describe("turnKnobs", () => {
  test("turns what it is told, and nothing else", () => {
    expect(turnKnobs(HEALTHY, { errorRate: 0.02, readiness: false }, true)).toEqual({
      ...HEALTHY,
      errorRate: 0.02,
      readiness: false,
    });
  });

  test.each([
    [{ errorRate: 1.01 }, 'The knob "errorRate" takes a number from 0 to 1.'],
    [{ errorRate: Number.NaN }, 'The knob "errorRate" takes a number from 0 to 1.'],
    [{ latencyMs: -1 }, 'The knob "latencyMs" takes a number from 0 to 600000.'],
    [{ liveness: "no" }, 'The knob "liveness" takes true or false.'],
    [{ errorrate: 0.1 }, 'There is no knob "errorrate" to turn while running.'],
    [{ startupMs: 5 }, 'There is no knob "startupMs" to turn while running.'],
    [{ __proto__x: 1 }, "There is no knob"],
    [[], "Knobs are a JSON object"],
    [null, "Knobs are a JSON object"],
  ])("refuses %j", (change, message) => {
    expect(() => turnKnobs(HEALTHY, change, true)).toThrow(message);
  });
});

describe("initialKnobs", () => {
  test("follows the image's tag", () => {
    expect(initialKnobs("sandbox/demo:1.0.0", {})).toEqual(HEALTHY);
    expect(initialKnobs("sandbox/demo:errors", {}).errorRate).toBe(0.02);
    expect(initialKnobs("sandbox/demo:slow", {}).latencyMs).toBe(3000);
    expect(initialKnobs("sandbox/demo:slow-start", {}).startupMs).toBe(20_000);
  });

  test("lets the environment have the last word", () => {
    const env = { DEMO_ERROR_RATE: "0.5", DEMO_LATENCY_MS: "10", DEMO_STARTUP_MS: "0" };
    expect(initialKnobs("sandbox/demo:slow-start", env)).toEqual({
      ...HEALTHY,
      errorRate: 0.5,
      latencyMs: 10,
    });
  });

  test("does not quote a value that it refuses", () => {
    const wrong = () => initialKnobs("sandbox/demo:1.0.0", { DEMO_ERROR_RATE: "hunter2" });
    expect(wrong).toThrow('DEMO_ERROR_RATE: The knob "errorRate" takes a number from 0 to 1.');
    expect(wrong).not.toThrow("hunter2");
  });

  test("knows the tags that there are", () => {
    expect(() => initialKnobs("sandbox/demo:9.9.9", {})).toThrow(
      'There is no tag "9.9.9". There is: 1.0.0, 1.1.0',
    );
  });
});
