import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeService } from "../../../components/service/normalize.ts";
import { cpuProblem, memoryProblem } from "../../../components/service/sizes.ts";
import type { ServiceSpec } from "../../../components/service/spec.ts";
import { goodService } from "../../support/service.ts";

function message(name: string, change: Partial<ServiceSpec>): string {
  try {
    normalizeService(name, { ...goodService(), ...change });
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

const good = goodService();
const probe = (name: "startup" | "liveness" | "readiness", change: object) => ({
  probes: { ...good.probes, [name]: { ...good.probes[name], ...change } },
});
const scaling = (change: object) => ({ scaling: { ...good.scaling, ...change } });

describe("a service's spec", () => {
  test("EA-02 is resolved to the numbers that the APIs take", () => {
    expect(normalizeService("api", good)).toEqual({
      port: 8080,
      billing: "request",
      cpu: 1,
      memory: "512Mi",
      memoryBytes: 536_870_912,
      probes: {
        startup: {
          path: "/health/startup",
          port: 8080,
          periodSeconds: 5,
          timeoutSeconds: 3,
          failureThreshold: 12,
        },
        liveness: {
          path: "/health/liveness",
          port: 8080,
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 3,
        },
        readiness: {
          path: "/health/readiness",
          port: 8080,
          periodSeconds: 5,
          timeoutSeconds: 1,
          failureThreshold: 2,
        },
      },
      min: 3,
      max: 13,
      cpuPercent: 60,
      drainSeconds: 60,
      concurrency: 80,
      timeoutSeconds: 60,
      objectives: [
        { name: "availability", kind: "availability", target: 99.5, windowDays: 30, owner: "shop" },
        { name: "latency", kind: "latency", target: 95, windowDays: 30, owner: "shop", thresholdSeconds: 2 },
      ],
      traffic: [{ revision: "latest", percent: 100 }],
    });
  });

  test("EA-01 a signal on how long work takes becomes the concurrency at which it lasts that long", () => {
    const spec = {
      ...good,
      capacity: { ...good.capacity, perInstance: 3.4 },
      ...scaling({ workDuration: { metric: "analyse_duration_seconds", above: "8 s" } }),
    };
    expect(normalizeService("api", spec).concurrency).toBe(27);
  });

  test("less than a CPU takes one request at a time", () => {
    expect(normalizeService("api", { ...good, resources: { cpu: 0.5, memory: "512 MiB" } }).concurrency).toBe(
      1,
    );
  });

  const cases: [string, Partial<ServiceSpec>, string][] = [
    ["a port of 70000", { port: 70_000 }, "api: port: 70000 must be a whole number from 1 to 65535"],
    [
      "a CPU that is not sold",
      { resources: { cpu: 3, memory: "512 MiB" } },
      "api: resources.cpu: 3 CPU is not sold by Cloud Run: use 0.08 to 1 (in thousandths), or 2, 4, 6, 8",
    ],
    [
      "memory that does not go with the CPU",
      { resources: { cpu: 1, memory: "8 GiB" } },
      "api: resources.memory: 8192 MiB does not go with 1 CPU: Cloud Run allows 512 MiB to 4096 MiB",
    ],
    [
      "memory that can't be read",
      { resources: { cpu: 1, memory: "1gb" as never } },
      'api: "1gb" is not an amount of memory: write a number, one blank and a unit (MiB, GiB)',
    ],
    ["min > max", scaling({ min: 14 }), "api: scaling: min 14 is more than max 13; lower min or raise max"],
    [
      "CPU target",
      scaling({ cpuPercent: 99 }),
      "api: scaling.cpuPercent: 99 must be a whole number from 10 to 95",
    ],
    [
      "a startup that can't be in time",
      probe("startup", { failureThreshold: 60 }),
      "api: probes.startup: 5 s × 60 allows 300 s, but a container has to start within 240 s; lower the period or the threshold, or make it start faster",
    ],
    [
      "a time-out longer than the period",
      probe("readiness", { timeout: "9 s" }),
      "api: probes.readiness.timeout: 9 s is longer than the period of 5 s; shorten the one or lengthen the other",
    ],
    [
      "a path without slash",
      probe("liveness", { path: "health" }),
      'api: probes.liveness.path: "health" must begin with "/"',
    ],
    [
      "an objective of 100 %",
      { objectives: [{ ...(good.objectives[0] as never as object), target: 100 } as never] },
      'api: objectives["availability"].target: 100 must lie above 0 and below 100 (percent of good events)',
    ],
    [
      "two objectives of one name",
      { objectives: [good.objectives[0] as never, good.objectives[0] as never] },
      'api: objectives["availability"]: there are two of this name; give each its own',
    ],
    [
      "a variable's name in small letters",
      { environment: { logLevel: "warn" } },
      'api: environment: "logLevel" is no variable\'s name: use capitals, digits and "_", a letter first',
    ],
    [
      "a variable that a secret gives already",
      { environment: { TOKEN_FILE: "/x" }, secrets: { TOKEN: { secretId: "token" } as never } },
      'api: environment: "TOKEN_FILE" is already given by the secret of that name; remove one',
    ],
  ];
  test.each(cases)("with %s is refused, with the ways out", (_what, change, expected) => {
    expect(message("api", change)).toBe(expected);
  });

  test("with a name longer than its service account may have is refused", () => {
    expect(message("a".repeat(27), {})).toContain("must be 2 to 26 lower-case letters");
  });

  test("with several faults gives all of them at once", () => {
    expect(message("api", { port: 0, ...scaling({ min: -1, cpuPercent: 5 }) })).toBe(
      [
        "api: 3 problems",
        "  - port: 0 must be a whole number from 1 to 65535",
        "  - scaling: min -1 must be a whole number from 0",
        "  - scaling.cpuPercent: 5 must be a whole number from 10 to 95",
      ].join("\n"),
    );
  });
});

describe("Cloud Run's sizes", () => {
  test.each([0.08, 0.085, 0.5, 0.999, 1, 2, 4, 6, 8])("%d CPU is sold", (cpu) => {
    expect(cpuProblem(cpu)).toBeUndefined();
  });

  test.each([0, 0.07, 0.0855, 1.5, 3, 16, Number.NaN])("%d CPU is not", (cpu) => {
    expect(cpuProblem(cpu)).toMatch(/CPU is not sold by Cloud Run/);
  });

  test.each([
    [0.5, 128, undefined],
    [0.5, 127, "127 MiB does not go with 0.5 CPU: Cloud Run allows 128 MiB to 1024 MiB"],
    [1, 512, undefined],
    // The second generation, which whole CPUs run in, takes no less.
    [1, 511, "511 MiB does not go with 1 CPU: Cloud Run allows 512 MiB to 4096 MiB"],
    [2, 256, "256 MiB does not go with 2 CPU: Cloud Run allows 512 MiB to 8192 MiB"],
  ])("%d CPU with %d MiB", (cpu, mebibytes, problem) => {
    expect(memoryProblem(cpu, mebibytes * 2 ** 20)).toBe(problem);
  });

  test("every CPU that is sold goes with some memory, and none with 33 GiB", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(1, 2, 4, 6, 8),
          fc.integer({ min: 8, max: 99 }).map((n) => n / 100),
        ),
        (cpu) => {
          expect(cpuProblem(cpu)).toBeUndefined();
          expect(memoryProblem(cpu, cpu < 4 ? 512 * 2 ** 20 : 4 * 2 ** 30)).toBeUndefined();
          expect(memoryProblem(cpu, 33 * 2 ** 30)).toMatch(/does not go with/);
        },
      ),
    );
  });
});
