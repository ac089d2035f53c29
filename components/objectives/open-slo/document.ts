/** OpenSLO's version that is written and read. */
export const OPEN_SLO = "openslo/v1";

/** Prefix of what OpenSLO has no field for. */
const OWN = "slipway.dev/";

/** Annotations that carry what OpenSLO has no field for: an import takes them before anything else. */
export const ANNOTATIONS = {
  /** The typed indicator, as JSON. Where it is missing, the queries count. */
  indicator: `${OWN}indicator`,
  /** Runbook, by its name. */
  runbook: `${OWN}runbook`,
  /** When people are told, as JSON; where it is missing, by the SRE workbook's tiers. */
  alerting: `${OWN}alerting`,
  /** The window, where it is no whole number of minutes. */
  window: `${OWN}window`,
  /** An alert's second window. */
  shortWindow: `${OWN}short-window`,
} as const;

/** What a document says of itself. */
export interface Metadata {
  readonly name: string;
  readonly displayName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A document of OpenSLO v1. */
export interface OpenSloDocument {
  readonly apiVersion: typeof OPEN_SLO;
  readonly kind: "Service" | "SLO" | "AlertPolicy" | "AlertCondition" | "AlertNotificationTarget";
  readonly metadata: Metadata;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Longest description. */
const LONGEST_DESCRIPTION = 1050;

/** Longest display name, by OpenSLO's own SDK. */
const LONGEST_DISPLAY_NAME = 63;

/** Values that every reader of OpenSLO takes as a label. */
const LABEL = /^[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/;

/** A description, cut where it is longer than OpenSLO takes. */
export function described(text: string): string {
  return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1)}…`;
}

/** Annotation that stands for a label whose value is too long or too free for one. */
export function labelAnnotation(label: string): string {
  return `${OWN}${label}`;
}

/**
 * What a document says of itself. Facts become labels; those whose value doesn't fit one become annotations.
 * @param displayName left out where it is too long
 */
export function metadata(
  name: string,
  displayName: string,
  facts: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): Metadata {
  const entries = Object.entries(facts);
  const labels = entries.filter(([, value]) => LABEL.test(value));
  const others = entries.filter(([, value]) => !LABEL.test(value));
  const notes = [
    ...others.map(([label, value]) => [labelAnnotation(label), value]),
    ...Object.entries(annotations),
  ];
  return {
    name,
    ...(displayName.length <= LONGEST_DISPLAY_NAME ? { displayName } : {}),
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...(notes.length === 0 ? {} : { annotations: Object.fromEntries(notes) }),
  };
}
