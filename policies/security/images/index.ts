import type { Policy } from "../../core/policy.ts";
import { allowedRegistry } from "./allowed-registry.ts";
import { imagePulled } from "./image-pulled.ts";
import { pinnedImage } from "./pinned-image.ts";

/** Where programs come from. */
export const images: readonly Policy[] = [pinnedImage, allowedRegistry, imagePulled];
