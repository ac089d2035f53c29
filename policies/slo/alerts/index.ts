import type { Policy } from "../../core/policy.ts";
import { alertEnabled } from "./alert-enabled.ts";
import { alertSaysWhat } from "./alert-says-what.ts";
import { alertWaits } from "./alert-waits.ts";
import { burnFastAndSlow } from "./burn-fast-and-slow.ts";
import { burnReachable } from "./burn-reachable.ts";
import { burnTwoWindows } from "./burn-two-windows.ts";
import { burnWindows } from "./burn-windows.ts";
import { pageWakesSomebody } from "./page-wakes-somebody.ts";
import { routeHasReceiver } from "./route-has-receiver.ts";

/** Whether alerts can fire, and whom they reach. */
export const alerts: readonly Policy[] = [
  burnReachable,
  burnWindows,
  burnTwoWindows,
  burnFastAndSlow,
  alertWaits,
  alertEnabled,
  alertSaysWhat,
  pageWakesSomebody,
  routeHasReceiver,
];
