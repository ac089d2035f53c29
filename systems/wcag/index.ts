import { watchedSystem } from "../watched.ts";
import { WCAG_ALERTS } from "./alerts.ts";
import { WCAG_ESCALATION } from "./escalation.ts";
import { WCAG_SERVICES } from "./objectives.ts";
import { RUNBOOKS } from "./runbooks.ts";

/** WCAG: scans for accessibility; what its health check holds it against (WC-01). */
export const wcag = watchedSystem("wcag", {
  elsewhere: WCAG_SERVICES,
  alerts: WCAG_ALERTS,
  escalation: WCAG_ESCALATION,
  runbooks: RUNBOOKS,
});
