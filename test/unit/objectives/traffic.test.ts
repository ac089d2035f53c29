import { describe, expect, test } from "vitest";
import { type Objective, rareTrafficProblems } from "../../../components/objectives/objective.ts";

const objective: Objective = {
  name: "availability",
  indicator: { kind: "availability" },
  target: 99.5,
  owner: "platform",
};

describe("an alert that its traffic could never fire is refused", () => {
  test("with the requests that there are, and the bad ones that it wants", () => {
    // 3.6 requests an hour, 21.6 in six.
    expect(rareTrafficProblems([objective], 0.001)).toEqual([
      'objectives["availability"]: its page wants 5 bad requests within 1h, and at the peak of 0.001 requests/s there are 3.6 in all: it could never fire. Lower `alerting.minimumBad`, or state `alerting.tiers` with longer windows',
    ]);
  });

  test("not where every request of the window would be enough", () => {
    expect(rareTrafficProblems([objective], 5 / 3600)).toEqual([]);
    expect(rareTrafficProblems([{ ...objective, alerting: { minimumBad: 3 } }], 0.001)).toEqual([]);
  });

  test("not where it counts no requests, tells nobody, or has no window to speak of", () => {
    const others: Objective[] = [
      { ...objective, indicator: { kind: "ratio", bad: "a_total", total: "b_total" } },
      { ...objective, alerting: { off: "another says the same" } },
      { ...objective, window: "0 days" },
    ];
    expect(rareTrafficProblems(others, 0.001)).toEqual([]);
  });
});
