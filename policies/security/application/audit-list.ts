/** One thing that an audit asks for, and the policies that are its gates. */
export interface AuditItem {
  readonly item: string;
  /** Ids, of any pack. A deployment passes the item where none of them finds anything. */
  readonly policies: readonly string[];
}

/** P8-01: the security audit before a production deployment. */
export const SECURITY_AUDIT: readonly AuditItem[] = [
  { item: "no secret in code or environment", policies: ["no-secret-in-environment", "no-literal-secret"] },
  {
    item: "TLS 1.2 or newer",
    policies: ["modern-tls", "strong-ciphers", "database-requires-tls", "cache-requires-tls"],
  },
  { item: "HTTPS only", policies: ["http-only-redirects"] },
  { item: "rate limit", policies: ["edge-rate-limited", "application-rate-limited"] },
  { item: "CORS restricted", policies: ["application-cors-restricted"] },
  { item: "CSRF protection", policies: ["application-csrf-protected"] },
  {
    // Monthly where a stack sets `key-rotated` so, for all keys or those of a system.
    item: "encryption at rest with key rotation",
    policies: ["customer-managed-key", "key-rotated", "gke-secrets-encrypted"],
  },
  { item: "encrypted backups", policies: ["backups-encrypted"] },
  { item: "JWT expiry of an hour", policies: ["application-token-expires"] },
  { item: "row-level security", policies: ["application-row-security"] },
];

/** AC-02: hardening of what a system runs on. What lies on a host, such as a file's mode, no resource declares. */
export const HARDENING: readonly AuditItem[] = [
  { item: "default-deny network", policies: ["namespace-denies-by-default", "gke-network-policy"] },
  { item: "only listed ports reachable", policies: ["firewall-reachable-ports", "firewall-admin-ports"] },
  { item: "managed TLS certificates with renewal", policies: ["certificate-renewed"] },
  { item: "scheduled backups", policies: ["database-backed-up", "database-backup-schedule"] },
  { item: "brute-force protection", policies: ["edge-rate-limited"] },
];
