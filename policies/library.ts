/**
 * The packs for programs and tools outside this repository: to judge resources in one's own process, to serve packs to Pulumi,
 * and to write policies.
 */
export { packs } from "./catalogue.ts";
export { servePacks } from "./core/analyzer/serve.ts";
export { adviceOutsideProduction, isProduction, statedEnvironment } from "./core/environment.ts";
export { type EvaluateOptions, evaluate, type PolicyResult } from "./core/evaluate.ts";
export type { ExemptedBy, Exemption } from "./core/exemptions.ts";
export { each, notEvaluated, parts, violation } from "./core/finding.ts";
export { type Controls, FRAMEWORKS } from "./core/frameworks.ts";
export type * from "./core/policy.ts";
export { Property, quoted } from "./core/property.ts";
export { type Remediation, remediated } from "./core/remediate.ts";
export { looksSecret } from "./core/secret-like.ts";
export { NO_SETTINGS, type PolicySettings, readPolicySettings } from "./core/settings.ts";
export type { SettingsProblem } from "./core/settings-problems.ts";
export { MalformedRead, UnknownRead, unknownValue } from "./core/unknown.ts";
export { cost } from "./cost/pack.ts";
export { reliability } from "./reliability/pack.ts";
export { security } from "./security/pack.ts";
export { slo } from "./slo/pack.ts";
