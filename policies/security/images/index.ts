import type { Policy } from "../../core/policy.ts";
import { pinnedImage } from "./pinned-image.ts";

/** Where programs come from. */
export const images: readonly Policy[] = [pinnedImage];
