import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import protobuf from "google-protobuf/google/protobuf/struct_pb.js";
import type { Enforcement, Severity } from "../policy.ts";

type Struct = InstanceType<typeof protobuf.Struct>;
type Plain = Parameters<typeof protobuf.Struct.fromJavaScript>[0];

const LEVELS = {
  advisory: messages.EnforcementLevel.ADVISORY,
  mandatory: messages.EnforcementLevel.MANDATORY,
  disabled: messages.EnforcementLevel.DISABLED,
  remediate: messages.EnforcementLevel.REMEDIATE,
} as const satisfies Record<Enforcement, number>;

const SEVERITIES = {
  low: messages.PolicySeverity.POLICY_SEVERITY_LOW,
  medium: messages.PolicySeverity.POLICY_SEVERITY_MEDIUM,
  high: messages.PolicySeverity.POLICY_SEVERITY_HIGH,
  critical: messages.PolicySeverity.POLICY_SEVERITY_CRITICAL,
} as const satisfies Record<Severity, number>;

/** A level as the protocol says it. */
export function levelOnWire(level: Enforcement): (typeof LEVELS)[Enforcement] {
  return LEVELS[level];
}

/** A level of the protocol. @throws Error on one that is not known here */
export function levelFromWire(wire: number): Enforcement {
  const found = Object.entries(LEVELS).find(([, number]) => number === wire);
  if (found === undefined) throw new Error(`the enforcement level ${wire} is not known`);
  return found[0] as Enforcement;
}

/** A severity as the protocol says it. */
export function severityOnWire(severity: Severity): (typeof SEVERITIES)[Severity] {
  return SEVERITIES[severity];
}

/** A severity of the protocol; undefined where nothing is said. */
export function severityFromWire(wire: number): Severity | undefined {
  return Object.entries(SEVERITIES).find(([, number]) => number === wire)?.[0] as Severity | undefined;
}

/** A message's struct as plain JSON, marks of secrets and unknowns in it; {} where there is none. */
export function fromStruct(struct: Struct | undefined): Record<string, unknown> {
  return struct?.toJavaScript() ?? {};
}

/** Plain JSON as a struct. Fields that are undefined are left out: the wire knows none. */
export function toStruct(value: Readonly<Record<string, unknown>>): Struct {
  return protobuf.Struct.fromJavaScript(withoutUndefined(value) as Plain);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutUndefined(item) ?? null);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutUndefined(field)]));
}
