import type { Pack } from "../core/policy.ts";
import { budgets } from "./budget/index.ts";
import { keeping } from "./keeping/index.ts";
import { places } from "./places/index.ts";
import { sizes } from "./size/index.ts";

/** What a stack may cost. A new policy is one file in the folder of its kind and one line in that folder's index. */
export const cost: Pack = {
  name: "cost",
  description:
    "What a stack may cost: its estimate at list prices, its budget, and what is larger than it needs to be.",
  policies: [...budgets, ...sizes, ...keeping, ...places],
};
