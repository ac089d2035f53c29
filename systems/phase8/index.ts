import { watchedSystem } from "../watched.ts";
import { PHASE8_ALERTS } from "./alerts.ts";
import { PHASE8_ESCALATION } from "./escalation.ts";
import { ASSISTANT } from "./objectives.ts";
import { RUNBOOKS } from "./runbooks.ts";

/** Phase 8: an assistant whose operations users turn on and off; its promises, alerts and whom they reach (P8-04 to P8-06). */
export const phase8 = watchedSystem("phase8", {
  elsewhere: [ASSISTANT],
  alerts: PHASE8_ALERTS,
  escalation: PHASE8_ESCALATION,
  runbooks: RUNBOOKS,
});
