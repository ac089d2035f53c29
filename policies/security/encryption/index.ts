import type { Policy } from "../../core/policy.ts";
import { backupsEncrypted, customerManagedKey, databaseCustomerManagedKey } from "./customer-managed-key.ts";
import { keyDestroyedLate, keyRotated } from "./keys.ts";
import { modernTls } from "./modern-tls.ts";
import {
  cacheAsksWho,
  cacheRequiresTls,
  certificateRenewed,
  databaseRequiresTls,
  strongCiphers,
} from "./on-the-way.ts";

/** Encryption at rest and on the way. */
export const encryption: readonly Policy[] = [
  customerManagedKey,
  backupsEncrypted,
  databaseCustomerManagedKey,
  keyRotated,
  keyDestroyedLate,
  modernTls,
  strongCiphers,
  databaseRequiresTls,
  cacheRequiresTls,
  cacheAsksWho,
  certificateRenewed,
];
