import type { Pack } from "./core/policy.ts";
import { security } from "./security/pack.ts";
import { slo } from "./slo/pack.ts";

/** Every pack, in the order that results are shown. */
export const packs: readonly Pack[] = [security, slo];
