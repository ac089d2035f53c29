import type { Policy } from "../../../core/policy.ts";
import { aggregationBounded } from "./aggregation.ts";
import { noClusterWideEditor, noGrantToDefaultAccount, noMastersGroup } from "./bindings.ts";
import { noWildcardRight } from "./no-wildcard-right.ts";
import { riskyRights } from "./risky-rights.ts";
import { servingPodsWithoutPower } from "./serving-pods-without-power.ts";
import { shortLivedToken } from "./short-lived-token.ts";

/** Who may do what in a cluster. */
export const clusterAccess: readonly Policy[] = [
  noWildcardRight,
  ...riskyRights,
  aggregationBounded,
  noMastersGroup,
  noGrantToDefaultAccount,
  noClusterWideEditor,
  servingPodsWithoutPower,
  shortLivedToken,
];
