import { CloudError, type CloudTraffic } from "./api.ts";

/** A traffic entry with the revision it stands for; empty when there is none yet. */
export type ResolvedTraffic = CloudTraffic & { readonly revision: string };

/** What is said when no traffic is stated: everything to the latest ready revision. */
export const ALL_TO_LATEST: readonly CloudTraffic[] = [{ target: "latest", percent: 100 }];

/**
 * Checks traffic against the revisions that exist before the change, as Cloud Run does: a revision that does not
 * exist yet can't be named.
 *
 * @throws CloudError `invalid` (sum, tag twice) or `not-found` (unknown revision, with those there are)
 */
export function checkTraffic(
  service: string,
  traffic: readonly CloudTraffic[],
  revisions: readonly string[],
): void {
  const sum = traffic.reduce((total, entry) => total + entry.percent, 0);
  if (sum !== 100) {
    throw new CloudError("invalid", `Traffic of service "${service}" sums up to ${sum} %: make it 100 %.`);
  }
  const tags = traffic.flatMap((entry) => (entry.tag === undefined ? [] : [entry.tag]));
  const twice = tags.find((tag, index) => tags.indexOf(tag) !== index);
  if (twice !== undefined) {
    throw new CloudError("invalid", `Traffic of service "${service}" gives the tag "${twice}" twice.`);
  }
  for (const entry of traffic) {
    if (entry.target === "latest" || revisions.includes(entry.target.revision)) continue;
    throw new CloudError(
      "not-found",
      `Traffic of service "${service}" names the revision "${entry.target.revision}", which does not exist. ` +
        `There is: ${revisions.length === 0 ? "none yet" : revisions.join(", ")}. ` +
        "Deploy a revision first (0 % and a tag), then give it weight; or send the traffic to the latest one.",
    );
  }
}

/** Puts names to targets. */
export function resolveTraffic(traffic: readonly CloudTraffic[], latestReady: string): ResolvedTraffic[] {
  return traffic.map((entry) => ({
    ...entry,
    revision: entry.target === "latest" ? latestReady : entry.target.revision,
  }));
}

/** Revisions that a request can reach, by weight or by tag. */
export function reachableRevisions(traffic: readonly ResolvedTraffic[]): Set<string> {
  return new Set(
    traffic
      .filter((entry) => entry.revision !== "" && (entry.percent > 0 || entry.tag !== undefined))
      .map((entry) => entry.revision),
  );
}

/**
 * Chooses a revision by weight among those that can serve now. Stateless: each request is an independent draw.
 *
 * @param random 0 ≤ random < 1
 * @returns undefined when none of the weighted revisions can serve
 */
export function chooseRevision(
  traffic: readonly { readonly revision: string; readonly percent: number }[],
  available: (revision: string) => boolean,
  random: number,
): string | undefined {
  const candidates = traffic.filter((entry) => entry.percent > 0 && available(entry.revision));
  const total = candidates.reduce((sum, entry) => sum + entry.percent, 0);
  let point = random * total;
  for (const entry of candidates) {
    if (point < entry.percent) return entry.revision;
    point -= entry.percent;
  }
  return candidates.at(-1)?.revision;
}

/**
 * The tag that a request asks for: the header `x-slipway-tag`, or a host of the form `TAG---anything`, as the
 * addresses of Cloud Run's tags have it.
 */
export function requestedTag(header: string | undefined, host: string | undefined): string | undefined {
  if (header !== undefined && header !== "") return header;
  const separator = host?.indexOf("---") ?? -1;
  return host !== undefined && separator > 0 ? host.slice(0, separator).toLowerCase() : undefined;
}
