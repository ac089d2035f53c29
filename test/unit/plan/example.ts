import { secret } from "@pulumi/pulumi";
import type { ResourcePlace } from "../../../automation/plan/places.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import type { Pack } from "../../../policies/core/policy.ts";
import { NO_SETTINGS, type PolicySettings } from "../../../policies/core/settings.ts";
import { Box, run, Thing } from "./support.ts";

/** A pack with a rule of each kind of outcome. */
export const judges: readonly Pack[] = [
  {
    name: "security",
    description: "Rules of a test.",
    policies: [
      {
        id: "small-things",
        title: "Things must be small.",
        severity: "high",
        level: "mandatory",
        why: "Large things fall.",
        fix: "Set size to 5 or less.",
        frameworks: { owasp: ["A04"] },
        requirements: ["EA-07"],
        types: ["test:index:Thing"],
        check: ({ props }) => {
          const size = props.at("size").number() ?? 0;
          return size > 5 ? [{ message: `size is ${size}, more than 5`, path: "size" }] : [];
        },
      },
      {
        id: "grey-things",
        title: "Things should be grey.",
        severity: "low",
        level: "advisory",
        why: "Grey goes with everything.",
        fix: "Leave color out.",
        types: ["test:index:Thing"],
        check: ({ props }) =>
          props.at("color").text() === "grey" ? [] : [{ message: "color is another", path: "color" }],
      },
      {
        id: "named-things",
        title: "Things must be addressed to somebody.",
        severity: "medium",
        level: "mandatory",
        why: "Otherwise nobody gets them.",
        fix: "Set to.",
        types: ["test:index:Thing"],
        check: ({ props }) => (props.at("to").text() === "" ? [{ message: "to is empty", path: "to" }] : []),
      },
    ],
  },
];

const component = { file: "components/box.ts", line: 30, column: 9 };
const placesByName: Readonly<Record<string, ResourcePlace>> = {
  corner: { file: "systems/shop.ts", line: 4, column: 3 },
  big: { file: "systems/shop.ts", line: 4, column: 3, component },
  second: { file: "systems/shop.ts", line: 7, column: 5 },
};

/** What a stack says of them: of one who answers for what, and of what is turned off. */
export const decided: PolicySettings = {
  ...NO_SETTINGS,
  enforcement: { "named-things": "disabled" },
  exemptions: [
    {
      policy: "small-things",
      resource: "big",
      owner: "shop",
      reason: "It is on its way (SHOP-412).",
      until: "2999-01-31",
    },
  ],
};

/** A small plan in which something of everything is found. Names are the caller's. */
export async function examplePlan(
  names: { box?: string; thing?: string } = {},
  policySettings: PolicySettings = NO_SETTINGS,
): Promise<PlanResult> {
  const planned = await run(
    () => {
      let address: unknown;
      new Box(names.box ?? "corner", (parent) => {
        const first = new Thing(
          names.thing ?? "big",
          { size: 7, color: "red", token: secret("never shown") },
          { parent, protect: true },
        );
        address = first.address;
        new Thing("second", { to: first.address, size: 1 }, { parent });
      });
      return { address };
    },
    { notes: ["something about the configuration"] },
  );
  // Where this very file declares them is no matter of the formats.
  const places = Object.fromEntries(
    planned.resources.map(({ urn, name }) => [
      urn,
      placesByName[name] ?? { file: "Pulumi.dev.yaml", line: 1 },
    ]),
  );
  return planRun({ ...planned, places }, judges, policySettings);
}
