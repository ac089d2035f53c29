import { describe, test } from "vitest";

/**
 * Tests that need a part. Where it is missing they are skipped by name, or fail if the run demands it.
 * @param missing why it is not there, and what brings it; undefined where it is there
 */
export function describeWithPart(name: string, missing: string | undefined, tests: () => void): void {
  if (missing === undefined) describe(name, tests);
  else if (process.env.SLIPWAY_DEMAND_PARTS === "1") {
    test(name, () => {
      throw new Error(missing);
    });
  } else describe.skip(`${name} (${missing})`, tests);
}
