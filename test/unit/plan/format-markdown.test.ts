import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestMarkdown } from "../../../automation/plan/formats/markdown.ts";
import { shownPlan } from "../../../automation/plan/formats/shown.ts";
import { report, reportShown } from "../../../automation/plan/report.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import { decided, examplePlan } from "./example.ts";

describe("markdown", () => {
  test("is a comment with the verdict first and the rest folded", async () => {
    expect(report(await examplePlan(), "markdown")).toBe(`<!-- slipway-plan: shop/dev -->
## 🛑 Plan of <code>dev</code>

1 finding must be mended before this can be deployed; 1 warning; 1 not evaluated. 2 resources in 1 component; 3 policies asked; held: security 50 %.

### Policies

| | Policy | Found | What to do |
|---|---|---|---|
| 🛑 | **small-things**<br>Things must be small. | <code>corner / big (systems/shop.ts:4)</code>: size is 7, more than 5 | Set size to 5 or less. |
| ⚠️ | **grey-things**<br>Things should be grey. | <code>corner / big (systems/shop.ts:4)</code>: color is another | Leave color out. |
| ❔ | **named-things**<br>Things must be addressed to somebody. | <code>corner / second (systems/shop.ts:7)</code>: to is not known before deployment | Set to. |

### Notes

- something about the configuration

<details>
<summary>Resources by type</summary>

\`\`\`text
    2  test:Thing
    1  test:Box
\`\`\`

</details>
<details>
<summary>Resources</summary>

\`\`\`text
shop-dev  pulumi:pulumi:Stack
└─ corner  test:Box
   ├─ big  test:Thing
   └─ second  test:Thing
\`\`\`

</details>
`);
  });

  test("stays under what a comment may have, and closes what it opened, however large the plan", async () => {
    const plan = await examplePlan();
    const [resource] = plan.resources.slice(-1);
    const size = fc.record({
      resources: fc.nat(3000),
      findings: fc.nat(400),
      message: fc.nat(2000),
      notes: fc.nat(300),
    });
    fc.assert(
      fc.property(size, ({ resources, findings, message, notes }) => {
        const large: PlanResult = {
          ...plan,
          resources: Array.from(
            { length: resources },
            (_, index) => ({ ...resource, urn: `u::s::t::n${index}`, name: `n${index}` }) as never,
          ),
          policy: {
            ...plan.policy,
            policies: Array.from(
              { length: findings },
              (_, index) => ({ ...plan.policy.policies[0], id: `policy-${index}` }) as never,
            ),
            results: Array.from(
              { length: findings },
              (_, index) =>
                ({
                  ...plan.policy.results[0],
                  policy: `policy-${index}`,
                  message: "`x|".repeat(message / 3),
                }) as never,
            ),
          },
          notes: Array.from({ length: notes }, (_, index) => `note ${index} <details>`),
        };
        const text = report(large, "markdown");
        expect(text.length).toBeLessThanOrEqual(longestMarkdown);
        expect(text.split("<details>").length).toBe(text.split("</details>").length);
        expect(text.split("```").length % 2).toBe(1);
      }),
      { numRuns: 40 },
    );
  });

  test("takes no markup, table or mention from names", async () => {
    const text = report(
      await examplePlan({ box: "a|b", thing: "<img src=x> @octocat `` ``` **x** [l](u)" }),
      "markdown",
    );
    const table = text.slice(0, text.indexOf("<details>"));
    expect(table).not.toContain("<img");
    expect(table).not.toContain("@octocat");
    expect(table).not.toContain("a|b");
    expect(table).not.toContain("[l]");
    // In the folded tree the fence is longer than any run of backticks in it.
    expect(text).toContain("````text\n");
  });
});

test("what somebody answers for is folded, with how long it holds; what is turned off is named", async () => {
  const plan = await examplePlan({}, decided);
  const text = reportShown(shownPlan(plan, { today: "2999-01-20" }), "markdown");
  expect(text).toContain(`## ✅ Plan of <code>dev</code>

nothing stops this from being deployed; 1 warning; 1 exempted. 2 resources in 1 component; 3 policies asked; held: security 100 %; 1 turned off: named-things.
`);
  expect(text).toContain(`<details>
<summary>Exempted: 1, 1 of the exemptions end soon</summary>

| Policy | Found | Who answers for it | Why |
|---|---|---|---|
| **small-things** | <code>corner / big (systems/shop.ts:4)</code>: size is 7, more than 5 | shop<br>⏳ until 2999-01-31, 11 days left | It is on its way (SHOP-412). |

</details>
`);
});

test("what was mended is listed", async () => {
  const plan = await examplePlan();
  const remediated = plan.resources.slice(1, 3).map(({ urn }) => ({ policy: "grey-things", urn }));
  const text = report({ ...plan, policy: { ...plan.policy, remediated } }, "markdown");
  expect(text).toContain("| **grey-things** | <code>corner / big</code><br><code>corner / second</code> |");
});
