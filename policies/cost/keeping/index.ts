import type { Policy } from "../../core/policy.ts";
import { imagesCleaned, logsBounded, oldVersionsExpire, snapshotsBounded } from "./kept.ts";

/** How long things are kept. A new policy is one file beside this one and one line here. */
export const keeping: readonly Policy[] = [oldVersionsExpire, logsBounded, snapshotsBounded, imagesCleaned];
