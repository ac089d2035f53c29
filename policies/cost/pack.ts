import type { Pack } from "../core/policy.ts";

/** What a stack may cost. A new policy is one file beside this one and one line here. */
export const cost: Pack = {
  name: "cost",
  description:
    "What a stack may cost: its estimate at list prices, its budget, and what is larger than it needs to be.",
  policies: [],
};
