import { secret } from "@pulumi/pulumi";
import { planRun } from "../../../automation/plan/plan.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import type { Pack } from "../../../policies/core/policy.ts";
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

/** A small plan in which something of everything is found. Names are the caller's. */
export async function examplePlan(names: { box?: string; thing?: string } = {}): Promise<PlanResult> {
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
  return planRun(planned, judges);
}
