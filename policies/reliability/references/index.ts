import type { Policy } from "../../core/policy.ts";
import {
  configMapExists,
  scaleTargetExists,
  serviceAccountExists,
  statefulSetHasService,
  volumeClaimExists,
} from "./references-exist.ts";
import { routeBackendExists } from "./route-backend-exists.ts";
import { servicePortExists, serviceSelectsPods } from "./service-reaches-pods.ts";
import { volumeNotShared } from "./volume-not-shared.ts";

/** Whether what names another means one that is there. */
export const references: readonly Policy[] = [
  serviceSelectsPods,
  servicePortExists,
  routeBackendExists,
  scaleTargetExists,
  configMapExists,
  serviceAccountExists,
  volumeClaimExists,
  statefulSetHasService,
  volumeNotShared,
];
