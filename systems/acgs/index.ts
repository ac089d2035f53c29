import { watchedSystem } from "../watched.ts";
import { ACGS_ESCALATION } from "./escalation.ts";
import { ACGS_SERVICES } from "./objectives.ts";
import { RUNBOOKS } from "./runbooks.ts";

/** ACGS: policy services; what they promise in production (AC-05). */
export const acgs = watchedSystem("acgs", {
  elsewhere: ACGS_SERVICES,
  escalation: ACGS_ESCALATION,
  runbooks: RUNBOOKS,
});
