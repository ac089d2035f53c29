import type { Policy } from "../../core/policy.ts";
import { apiVersionServed } from "./api-version-served.ts";
import { namesInUse } from "./deprecated-names.ts";
import { engineSupported } from "./engine-supported.ts";
import { registryInService } from "./registry-in-service.ts";

/** Whether what is written is still understood, and what is run still kept. */
export const versions: readonly Policy[] = [apiVersionServed, namesInUse, registryInService, engineSupported];
