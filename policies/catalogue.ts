import type { Pack } from "./core/policy.ts";
import { cost } from "./cost/pack.ts";
import { reliability } from "./reliability/pack.ts";
import { security } from "./security/pack.ts";
import { slo } from "./slo/pack.ts";

/** Every pack, in the order that results are shown. */
export const packs: readonly Pack[] = [security, reliability, slo, cost];
