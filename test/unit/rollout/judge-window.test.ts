import { describe, expect, test } from "vitest";
import { comparison, events, gate, judged } from "./judge-support.ts";

const at = (elapsedSeconds: number, minimumRequests?: number) => ({
  judging: "fixed-window" as const,
  elapsedSeconds,
  ...(minimumRequests === undefined ? {} : { minimumRequests }),
});

describe("EA-10 a fixed window", () => {
  test("holds the share against the limit at the end, as it is", () => {
    expect(judged(gate(), events(4500, 22), undefined, at(900)).verdict).toBe("healthy");
    expect(judged(gate(), events(4500, 22.5), undefined, at(900)).verdict).toBe("healthy");
    expect(judged(gate(), events(4500, 23), undefined, at(900)).verdict).toBe("unhealthy");
    expect(judged(gate({ settled: 0.002 }), events(4500, 22), undefined, at(900)).verdict).toBe(
      "inconclusive",
    );
  });

  test("is unhealthy before its end where nothing that may still come can mend it", () => {
    // After a third of the hold, 1,500 requests; 4,500 are expected, of which 22.5 may fail.
    expect(judged(gate(), events(1500, 22), undefined, at(300)).verdict).toBe("inconclusive");
    expect(judged(gate(), events(1500, 23), undefined, at(300)).verdict).toBe("unhealthy");
    expect(judged(gate(), events(1500, 23), undefined, at(300)).gates[0]?.reason).toBe(
      "1.53 % of 1,500 requests failed, limit 0.5 %: passed even if none of the 3,000 requests still to come is bad",
    );
    expect(judged(gate(), events(1500, 0), undefined, at(300)).verdict).toBe("inconclusive");
  });

  test("says nothing on few requests", () => {
    expect(judged(gate(), events(399, 399), undefined, at(900)).verdict).toBe("inconclusive");
    expect(judged(gate(), events(399, 399), undefined, at(900)).gates[0]?.reason).toBe(
      "100 % of 399 requests failed: too few to be judged, which takes 400",
    );
    expect(judged(gate(), events(400, 3), undefined, at(900)).verdict).toBe("unhealthy");
    expect(judged(gate({ limit: 0.2 }), events(49, 0), undefined, at(900)).verdict).toBe("inconclusive");
    expect(judged(gate({ limit: 0.2 }), events(50, 0), undefined, at(900)).verdict).toBe("healthy");
    expect(judged(gate(), events(20, 1), undefined, at(900, 20)).verdict).toBe("unhealthy");
  });

  test("OS-07 holds the share against stable's", () => {
    const both = gate({ worseThan: 1.2 });
    expect(judged(both, events(4500, 12), events(40_500, 90), at(900)).verdict).toBe("healthy");
    expect(judged(both, events(4500, 13), events(40_500, 90), at(900)).verdict).toBe("unhealthy");
    expect(judged(both, events(4500, 13), events(300, 0), at(900)).verdict).toBe("healthy");
    expect(judged(comparison(), events(4500, 12), events(40_500, 90), at(900)).verdict).toBe("healthy");
    expect(judged(comparison(), events(4500, 12), undefined, at(900)).verdict).toBe("inconclusive");
  });

  test("a broken stable blocks no fix", () => {
    const broken = events(40_500, 2025);
    expect(judged(gate(), events(4500, 224), broken, at(900)).verdict).toBe("healthy");
    expect(judged(gate(), events(4500, 225), broken, at(900)).verdict).toBe("inconclusive");
    expect(judged(gate(), events(4500, 226), broken, at(900)).verdict).toBe("unhealthy");
    expect(judged(gate(), events(1500, 75), broken, at(300)).verdict).toBe("inconclusive");
  });
});
