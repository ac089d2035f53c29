import { ethixai } from "./ethixai/index.ts";
import { onesource } from "./onesource/index.ts";
import type { System } from "./system.ts";

/** Every system that a stack may name. */
export const systems = { ethixai, onesource } satisfies Record<string, System>;
