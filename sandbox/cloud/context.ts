import type { InstanceHost } from "./instance.ts";
import type { CloudMetrics } from "./metrics.ts";
import type { SecretStore } from "./secrets.ts";

/** What a service needs of the cloud that it runs in. */
export interface CloudContext {
  readonly host: InstanceHost;
  readonly secrets: SecretStore;
  readonly metrics: CloudMetrics;
  /** Folder of the instances' logs. */
  readonly logs: string;
  /** Seconds that a surplus of instances must last before they go. */
  readonly idleSeconds: number;
  /** 0 ≤ random < 1; chooses revisions by weight. */
  random(): number;
  metricsUrl(): string;
  /** Resolves when the state as it is now is on disk. */
  save(): Promise<void>;
  /** A line for the cloud's own log. */
  log(message: string): void;
}
