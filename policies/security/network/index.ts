import type { Policy } from "../../core/policy.ts";
import { namespaceDeniesByDefault } from "./namespace-denies-by-default.ts";

/** What reaches what inside. */
export const network: readonly Policy[] = [namespaceDeniesByDefault];
