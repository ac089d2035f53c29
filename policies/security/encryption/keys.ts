import { z } from "zod";
import { violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { MalformedRead } from "../../core/unknown.ts";
import { CRYPTO_KEY } from "../../types.ts";
import { declared } from "../field.ts";

const DAY_SECONDS = 86_400;

/** A length of time as Google writes it, such as `7776000s`, in days. */
function days(at: Property): number | undefined {
  const text = at.text();
  if (text === undefined || text === "") return undefined;
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(text) ?? [];
  if (seconds === undefined) throw new MalformedRead(at.path, at.urn, 'a length of time, such as "7776000s"');
  return Number(seconds) / DAY_SECONDS;
}

const longest = z.number().min(1).max(3650);

const rotationSettings = z.strictObject({
  days: longest
    .default(90)
    .describe("How many days a key's version is in use at most. Default 90 (CIS Google Cloud 1.10)."),
  systems: z
    .record(z.string(), longest)
    .default({})
    .describe('The same for keys whose label "system" says so, by system; the shorter of the two counts.'),
});

export const keyRotated: Policy = {
  id: "key-rotated",
  title: "A key must be rotated by itself, and often enough.",
  severity: "medium",
  level: "mandatory",
  why: "The longer a version of a key is in use, the more data whoever comes by it can read.",
  fix: 'Set rotationPeriod, such as "7776000s" for 90 days; what a system promises beyond is in the policy\'s setting systems.',
  example: declared(
    "kms.CryptoKey",
    'keyRing: "projects/shop/locations/us-east1/keyRings/shop", rotationPeriod: "7776000s"',
  ),
  frameworks: { "cis-gcp": ["1.10"], owasp: ["A02"] },
  requirements: ["P8-01", "EA-06"],
  settings: rotationSettings,
  types: [CRYPTO_KEY],
  check: ({ props }, context) => {
    // Google rotates keys that encrypt and decrypt; versions of others are changed by whoever uses them.
    if ((props.at("purpose").text() ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT") return [];
    const { days: general, systems } = context.settings(rotationSettings);
    const own =
      Object.keys(systems).length === 0 ? undefined : systems[props.at("labels", "system").text() ?? ""];
    const most = Math.min(general, own ?? general);
    const period = props.at("rotationPeriod");
    const given = days(period);
    if (given === undefined) return [violation(period, "is not set: the key is never rotated")];
    return given <= most
      ? []
      : [
          violation(
            period,
            `is ${period.quote()}, that is ${Number(given.toPrecision(8))} days; it may be ${most} days`,
          ),
        ];
  },
};

const destroySettings = z.strictObject({
  days: z
    .number()
    .min(1)
    .max(120)
    .default(7)
    .describe("How many days there must be at least to take the destruction of a key back."),
});

/** What Cloud KMS takes where nothing is said (the provider's documentation). */
const DEFAULT_DESTROY_DAYS = 30;

export const keyDestroyedLate: Policy = {
  id: "key-destroyed-late",
  title: "There must be time to take the destruction of a key back.",
  severity: "medium",
  level: "mandatory",
  why: "With a key all that is encrypted with it is gone, backups too; whoever steals an account may mean just that.",
  fix: 'Leave destroyScheduledDuration out, which is 30 days, or set it to "604800s" at least.',
  example: declared(
    "kms.CryptoKey",
    'keyRing: "projects/shop/locations/us-east1/keyRings/shop", rotationPeriod: "7776000s", destroyScheduledDuration: "2592000s"',
  ),
  requirements: ["EA-06"],
  settings: destroySettings,
  types: [CRYPTO_KEY],
  check: ({ props }, context) => {
    const least = context.settings(destroySettings).days;
    const duration = props.at("destroyScheduledDuration");
    return (days(duration) ?? DEFAULT_DESTROY_DAYS) >= least
      ? []
      : [violation(duration, `is ${duration.quote()}: there must be ${least} days to take it back`)];
  },
};
