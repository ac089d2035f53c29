import { acgs } from "./acgs/index.ts";
import { ethixai } from "./ethixai/index.ts";
import { onesource } from "./onesource/index.ts";
import { phase8 } from "./phase8/index.ts";
import type { System } from "./system.ts";
import { wcag } from "./wcag/index.ts";

/** Every system that a stack may name. */
export const systems = { ethixai, onesource, wcag, phase8, acgs } satisfies Record<string, System>;
