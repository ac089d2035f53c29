import { describe, expect, test } from "vitest";
import { planDelta } from "../../../../automation/plan/delta/delta.ts";
import { shownPlan } from "../../../../automation/plan/formats/shown.ts";
import { type Format, reportShown } from "../../../../automation/plan/report.ts";
import type { PlanResult } from "../../../../automation/plan/result.ts";
import { BUCKET, DEPLOYMENT, made, planOf } from "./support.ts";

const TODAY = "2027-01-01";

const photos = made(BUCKET, "photos", { location: "US", name: "shop-photos" });
const moved = made(BUCKET, "photos", { location: "EUROPE-WEST1", name: "shop-photos" });
const topic = made("gcp:pubsub/topic:Topic", "orders", { name: "orders" });
const api = (replicas: number) => made(DEPLOYMENT, "api", { metadata: { name: "api" }, spec: { replicas } });
const worker = made(DEPLOYMENT, "worker", { metadata: { name: "worker" } });

const cost = (expected: number) => ({
  low: 10,
  expected,
  high: 90,
  lines: [{ urn: "b", what: "bucket photos", low: 10, expected, high: 90 }],
  services: [],
  systems: [],
});

function compared(): PlanResult {
  const before = planOf([photos, topic, api(2)], { cost: cost(20) });
  const after = planOf([moved, api(3), worker], {
    cost: cost(32),
    places: { [moved.urn]: { file: "systems/shop.ts", line: 12, column: 5 } },
  });
  return { ...after, delta: planDelta(before, after, TODAY) };
}

function shown(result: PlanResult, format: Format): string {
  return reportShown(shownPlan(result, { today: TODAY }), format);
}

describe("what changes", () => {
  test("stands first in a comment: what is replaced, and data at risk, before all else", () => {
    const text = shown(compared(), "markdown");
    expect(text.slice(0, text.indexOf("<details>"))).toBe(`<!-- slipway-plan: shop/dev -->
## ⚠️ Plan of <code>dev</code>

nothing stops this from being deployed. 0 resources; 0 policies asked.

**What changes:** 1 replaced, 1 deleted, 1 created, 1 updated; data at risk in 2; +$12 a month.

### ⚠️ Data at risk

| Resource | What happens | What goes with it |
|---|---|---|
| <code>photos (systems/shop.ts:12)</code> | replaced: location can't be changed in place | its objects |
| <code>orders</code> | deleted | messages that nobody has had yet; its subscriptions stop |

### Replaced

| Resource | Type | Because of |
|---|---|---|
| <code>photos (systems/shop.ts:12)</code> | <code>gcp:storage:Bucket</code> | location: US → EUROPE-WEST1 |

### Deleted

| Resource | Type | |
|---|---|---|
| <code>orders</code> | <code>gcp:pubsub:Topic</code> | |

`);
    expect(text).toContain(`<details>
<summary>Updated (1)</summary>

| Resource | Properties |
|---|---|
| <code>api</code> | spec.replicas: 2 → 3 |

</details>
`);
  });

  test("is told on a terminal, in JSON and on the page as well", () => {
    const result = compared();
    const text = shown(result, "text");
    expect(text).toContain(`
What changes
  Data at risk
    photos (systems/shop.ts:12)  · replaced: location can't be changed in place  · its objects
    orders  · deleted  · messages that nobody has had yet; its subscriptions stop
  Replaced
    photos (systems/shop.ts:12)  · gcp:storage:Bucket  · location: US → EUROPE-WEST1
  Deleted
    orders  · gcp:pubsub:Topic
  Estimated cost
    all of it  · +$12 expected ($0.00 with no use, $0.00 at peak all day)
    bucket photos  · $20 → $32
  Created
    worker  · kubernetes:apps/v1:Deployment
  Updated
    api  · spec.replicas: 2 → 3
`);
    expect(text).toContain(
      "\nagainst the other plan: 1 replaced, 1 deleted, 1 created, 1 updated; data at risk in 2; +$12 a month\n",
    );
    expect(JSON.parse(shown(result, "json")).delta).toEqual(result.delta);
    const page = shown(result, "html");
    expect(page).toContain("<h2>What changes</h2>");
    expect(page).toContain(
      '<details open><summary><strong class="warns">Data at risk</strong> (2)</summary>',
    );
    expect(page).toContain("<details><summary>Created (1)</summary>");
  });

  test("may be nothing, and is not there where nothing was compared", () => {
    const plan = planOf([photos]);
    const same = { ...plan, delta: planDelta(plan, plan, TODAY) };
    expect(shown(same, "markdown")).toContain("\n**What changes:** nothing changes.\n");
    expect(shown(same, "text")).toContain("\nagainst the other plan: nothing changes\n");
    for (const format of ["markdown", "text", "html"] as const)
      expect(shown(plan, format)).not.toMatch(/What changes|other plan/);
  });
});
