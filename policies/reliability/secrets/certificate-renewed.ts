import { z } from "zod";
import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { MalformedRead } from "../../core/unknown.ts";
import { CERTIFICATE } from "../../types.ts";

const HOURS: Readonly<Record<string, number>> = { h: 1, m: 1 / 60, s: 1 / 3600, ms: 1 / 3_600_000 };

/** Hours of a duration as Go writes it: `2160h`, `360h0m0s`; undefined where there is none. */
function hours(property: Property): number | undefined {
  const text = property.text();
  if (text === undefined) return undefined;
  if (!/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(text))
    throw new MalformedRead(property.path, property.urn, 'a duration such as "2160h"');
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (HOURS[unit as string] as number),
    0,
  );
}

const SETTINGS = z.strictObject({
  leastHours: z
    .number()
    .min(1)
    .default(168)
    .describe("How long before its end a certificate must be renewed, in hours."),
});

/** What cert-manager takes where nothing is said, in hours: 90 days, and a third of the time before its end. */
const DEFAULT_DURATION = 2160;

export const certificateRenewedInTime: Policy = {
  id: "certificate-renewed-in-time",
  title: "A certificate must be renewed while it still holds, with time to spare.",
  severity: "medium",
  level: "mandatory",
  why: "A renewal fails sooner or later: a limit of the authority, a name server. What is left until the end is the time to notice.",
  fix: "Leave renewBefore out, which means a third of the certificate's time, or set a week or more, less than duration.",
  example: {
    yaml: `apiVersion: cert-manager.io/v1
kind: Certificate
spec:
  duration: 2160h
  renewBefore: 720h`,
  },
  requirements: ["AC-02"],
  settings: SETTINGS,
  types: [CERTIFICATE],
  check: ({ props }, context) => {
    const { leastHours } = context.settings(SETTINGS);
    const at = props.at("spec", "renewBefore");
    const [duration, before] = [hours(props.at("spec", "duration")) ?? DEFAULT_DURATION, hours(at)];
    if (before === undefined) return [];
    if (before >= duration)
      return [violation(at, `is ${at.quote()}, not less than the ${duration} h that the certificate holds`)];
    // Of one that holds for a few days a week can't be left: a third of it is what cert-manager leaves.
    const least = Math.min(leastHours, duration / 3);
    return before < least ? [violation(at, `is ${at.quote()}, less than ${Number(least.toFixed(1))} h`)] : [];
  },
};
