import type { Policy } from "../../core/policy.ts";
import { customerManagedKey, databaseCustomerManagedKey } from "./customer-managed-key.ts";
import { modernTls } from "./modern-tls.ts";

/** Encryption at rest and on the way. */
export const encryption: readonly Policy[] = [customerManagedKey, databaseCustomerManagedKey, modernTls];
