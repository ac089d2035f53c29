/**
 * The library's public face: components that take services to production, for any Pulumi program.
 * Each names its system, environment, project and region by a scope ({@link newScope}).
 */
export type { Alert, Condition, Severity } from "./alerting/alert.ts";
export { Channels, type ChannelsArgs } from "./alerting/channels.ts";
export type { Channel, Escalation, EscalationLevel, Webhook } from "./alerting/escalation.ts";
export type { MonitoringFacts, SmokeRuns, UptimeCheck } from "./alerting/facts.ts";
export { Monitoring, type MonitoringArgs } from "./alerting/monitoring.ts";
export type { Runbook, RunbookStep } from "./alerting/runbook.ts";
export type { ServiceElsewhere } from "./alerting/spec.ts";
export { Component, type ComponentArgs, type Transform } from "./component.ts";
export { Budget, type BudgetArgs } from "./cost/budget.ts";
export { AtlasCluster, type AtlasClusterArgs, type DatabaseRole } from "./data/atlas-cluster.ts";
export type { BackupPlan } from "./data/backup-plan.ts";
export { Bucket, type BucketArgs, type BucketLocation } from "./data/bucket.ts";
export type { ExistingRedisArgs } from "./data/existing-redis.ts";
export { Mongo, type MongoArgs } from "./data/mongo.ts";
export { Redis, type RedisArgs } from "./data/redis.ts";
export type { RedisStore } from "./data/redis-store.ts";
export { SlipwayError } from "./errors.ts";
export type { Flag, Setting } from "./flags/flag.ts";
export { RuntimeFlags, type RuntimeFlagsArgs } from "./flags/runtime-flags.ts";
export { CiIdentity, type CiIdentityArgs } from "./identity/ci-identity.ts";
export { Foundation } from "./identity/foundation.ts";
export { ScheduledJob, type ScheduledJobArgs } from "./jobs/scheduled-job.ts";
export { Namespace, type NamespaceArgs } from "./kubernetes/namespace.ts";
export type { Callee, Destination, Outside } from "./kubernetes/reach.ts";
export { Edge, type EdgeArgs } from "./network/edge.ts";
export { Gateway, type GatewayArgs, type SharedGatewayArgs } from "./network/gateway.ts";
export type { GatewayCertificate, GatewayImplementation, GatewayRoute } from "./network/gateway-args.ts";
export { Network, type NetworkArgs } from "./network/network.ts";
export type { Backend, RoutedService } from "./network/routed-service.ts";
export type { RateLimit } from "./network/waf.ts";
export type { BurnTier } from "./objectives/burn-rate.ts";
export type { Indicator, LabelMatch, Selection } from "./objectives/indicator.ts";
export type { MeasuredService, MetricNames } from "./objectives/measured-service.ts";
export type { BurnAlerting, NormalizedObjective, Objective } from "./objectives/objective.ts";
export { REGIONS, type Region } from "./regions.ts";
export type { EngineSurroundings } from "./release/engines/surroundings.ts";
export type {
  EndedRelease,
  Lease,
  Ledger,
  LedgerCandidate,
  LedgerEntry,
  ReleaseCommand,
  Version,
} from "./release/ledger.ts";
export { LedgerError, type LedgerSnapshot, type LedgerStore } from "./release/ledger-store.ts";
export type {
  Cohort,
  Comparison,
  EmergencyStop,
  Limit,
  NoData,
  ReleaseEngine,
  ReleasePlan,
  ReleaseStep,
  ReleaseStrategy,
  ReleaseTest,
  Soak,
  SoakRound,
  Threshold,
} from "./release/plan.ts";
export { type LedgerOptions, openLedger } from "./release/stores/open.ts";
export { type Environment, newScope, type Scope } from "./scope.ts";
export { EncryptionKey, type EncryptionKeyArgs } from "./secrets/encryption-key.ts";
export type { Rotation } from "./secrets/rotation.ts";
export { Secret, type SecretArgs } from "./secrets/secret.ts";
export type { SecretSource } from "./secrets/source.ts";
export { SecretVault, type SecretVaultArgs } from "./secrets/vault.ts";
export { Frontend, type FrontendArgs } from "./service/frontend.ts";
export { ImageMirror, type ImageMirrorArgs } from "./service/image-mirror.ts";
export type { NormalizedService } from "./service/normalize.ts";
export type { Probe, Probes } from "./service/probes.ts";
export { Service, type ServiceArgs } from "./service/service.ts";
export type {
  Billing,
  Candidate,
  Capacity,
  Exposure,
  Runtime,
  Scaling,
  ScalingSignal,
  ServiceSpec,
} from "./service/spec.ts";
export type { TrafficShare } from "./service/traffic.ts";
export type { Duration, Memory } from "./units.ts";
