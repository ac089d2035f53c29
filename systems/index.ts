import { ethixai } from "./ethixai/index.ts";
import type { System } from "./system.ts";

/** Every system that a stack may name. */
export const systems = { ethixai } satisfies Record<string, System>;
