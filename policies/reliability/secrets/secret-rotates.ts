import { z } from "zod";
import { adviceOutsideProduction, isProduction } from "../../core/environment.ts";
import { each, parts, violation } from "../../core/finding.ts";
import type { Context, Finding, Policy, Stack, Subject } from "../../core/policy.ts";
import { isUnreadable } from "../../core/unknown.ts";
import { SECRET, SUBSCRIPTION } from "../../types.ts";

/** Annotation of a secret that is renewed by whoever gave it out: a database's provider, a vendor. */
const ROTATED_BY = "rotated-by";

const DAY_SECONDS = 24 * 3600;

const ROTATION = z.strictObject({
  longestDays: z.number().min(1).default(365).describe("The most days between two rotations."),
});

const EXAMPLE = {
  typescript: `new gcp.secretmanager.Secret("session-key", {
  secretId: "session-key",
  replication: { auto: {} },
  topics: [{ name: topic.id }],
  rotation: { rotationPeriod: "7776000s", nextRotationTime: "2027-01-31T02:00:00Z" },
});`,
} as const;

function checkPeriod(secret: Subject, context: Context): Finding | undefined {
  const { longestDays } = context.settings(ROTATION);
  const period = secret.props.at("rotation", "rotationPeriod");
  const text = period.text();
  if (text === undefined) {
    const by = secret.props.at("annotations", ROTATED_BY);
    return by.text()
      ? undefined
      : violation(
          period,
          `is not set, and no annotation ${ROTATED_BY} says who else renews it: it stays as it is`,
        );
  }
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(seconds)) return violation(period, `is ${period.quote()}, not seconds such as "7776000s"`);
  const days = seconds / DAY_SECONDS;
  return days > longestDays
    ? violation(period, `is ${Number(days.toFixed(1))} days, more than ${longestDays}`)
    : undefined;
}

export const secretRotates: Policy = {
  id: "secret-rotates",
  title: "A secret should be renewed regularly; in production it must.",
  severity: "medium",
  level: "mandatory",
  why: "A secret that was never changed has been seen by everyone who ever had it; and the day it must change, nobody knows whether that works.",
  fix: `Set rotation.rotationPeriod, with a topic that a rotator listens to; or say by the annotation ${ROTATED_BY} who renews it.`,
  example: EXAMPLE,
  requirements: ["EA-06", "WC-06"],
  settings: ROTATION,
  types: [SECRET],
  check: (secret, context) =>
    adviceOutsideProduction(
      secret,
      parts(() => checkPeriod(secret, context)),
    ),
};

const HEARD = z.strictObject({
  subscriberInStack: z
    .boolean()
    .default(false)
    .describe("Whether the stack that declares a secret must declare the subscription to its topic, too."),
});

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Topics that somebody subscribes to: their names, and what made the subscription's word for them while that is not known. */
function subscribed(stack: Stack): { names: ReadonlySet<string>; sources: ReadonlySet<string> } {
  const [names, sources] = [new Set<string>(), new Set<string>()];
  for (const subscription of stack.ofType(SUBSCRIPTION)) {
    for (const urn of subscription.propertyDependencies?.topic ?? []) sources.add(urn);
    try {
      names.add(lastSegment(subscription.props.at("topic").text() ?? ""));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
    }
  }
  return { names, sources };
}

function checkTopics(secret: Subject, heard: ReturnType<typeof subscribed> | undefined): Finding[] {
  return parts(() => {
    if (!secret.props.at("rotation", "rotationPeriod").present) return undefined;
    const topics = secret.props.at("topics");
    const items = topics.items();
    if (items.length === 0)
      return violation(topics, "names none: nobody is told when the secret has to be renewed");
    if (heard === undefined) return undefined;
    const madeFrom = secret.propertyDependencies?.topics ?? [];
    if (madeFrom.some((urn) => heard.sources.has(urn))) return undefined;
    const isHeard = items.some((topic) => heard.names.has(lastSegment(topic.at("name").text() ?? "")));
    return isHeard
      ? undefined
      : violation(topics, "has no subscription in the stack: nobody hears that the secret has to be renewed");
  });
}

export const rotationIsHeard: Policy = {
  id: "rotation-is-heard",
  title: "Whoever renews a secret must be told when.",
  severity: "medium",
  level: "mandatory",
  why: "Secret Manager renews nothing itself: it announces on a topic, and refuses a rotation without one. Where versions are pinned, an announcement that nobody hears leaves every consumer with the old version.",
  fix: "Name a topic in topics, and subscribe a job that makes the new version and rolls it out.",
  example: EXAMPLE,
  requirements: ["EA-06"],
  settings: HEARD,
  types: [SECRET, SUBSCRIPTION],
  checkStack: (stack, context) => {
    const heard = context.settings(HEARD).subscriberInStack ? subscribed(stack) : undefined;
    return each(stack.ofType(SECRET), (secret) => checkTopics(secret, heard));
  },
};

export const secretSurvivesRegion: Policy = {
  id: "secret-survives-region",
  title: "In production a secret should be kept in more than one region.",
  severity: "low",
  level: "advisory",
  why: "Where one region is away, no instance in any other can start, since none can read its secrets.",
  fix: "Use replication.auto, or name a second region in replication.userManaged.replicas.",
  example: {
    typescript: `new gcp.secretmanager.Secret("session-key", {
  secretId: "session-key",
  replication: { auto: {} },
});`,
  },
  types: [SECRET],
  check: (secret) => {
    const replicas = secret.props.at("replication", "userManaged", "replicas");
    return isProduction(secret) && replicas.items().length === 1
      ? [violation(replicas, "names one region")]
      : [];
  },
};
