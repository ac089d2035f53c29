import type { GateVerdict } from "./verdict.ts";

/** What one test, or one gate, says. */
export type Answer = Pick<GateVerdict, "verdict" | "reason">;
