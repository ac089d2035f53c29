import type { Policy } from "../../core/policy.ts";
import { gracefulShutdown } from "./graceful-shutdown.ts";
import { probesComplete } from "./probes-complete.ts";
import { resourcesRequested } from "./resources-requested.ts";

/** What an instance is asked, given, and told. */
export const workloads: readonly Policy[] = [probesComplete, resourcesRequested, gracefulShutdown];
