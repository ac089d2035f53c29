import type * as gcp from "@pulumi/gcp";

/** One share of a service's requests, or an address of its own for one revision. */
export interface TrafficShare {
  /** Name of a revision that is there already (`NAME-xxxxxxxx`), or `"latest"`: the newest that is ready. */
  readonly revision: string;
  /** Percent of the requests; 0 gives a tagged revision no requests but those to its own address. */
  readonly percent: number;
  /** Makes `https://TAG---…` an address of this revision alone, such as `canary-1a2b3c4`. */
  readonly tag?: string;
}

/** Everything to the newest revision that is ready: what a service without a release under way does. */
export const ALL_TO_LATEST: readonly TrafficShare[] = [{ revision: "latest", percent: 100 }];

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** Problems of a service's traffic, each with its value and what would do. */
export function trafficProblems(shares: readonly TrafficShare[]): string[] {
  const total = shares.reduce((sum, { percent }) => sum + percent, 0);
  const untagged = shares.filter(({ tag }) => tag === undefined).map(({ revision }) => revision);
  return [
    ...shares.flatMap(({ revision, percent, tag }) => [
      ...(Number.isInteger(percent) && percent >= 0 && percent <= 100
        ? []
        : [`traffic["${revision}"].percent: ${percent} must be a whole number from 0 to 100`]),
      ...(tag === undefined || /^[a-z]([-a-z0-9]{0,44}[a-z0-9])?$/.test(tag)
        ? []
        : [
            `traffic["${revision}"].tag: "${tag}" must be 1 to 46 lower-case letters, digits or "-", beginning with a letter`,
          ]),
    ]),
    ...(total === 100 ? [] : [`traffic: the shares add up to ${total} %; they must to 100`]),
    ...repeated(shares.flatMap(({ tag }) => tag ?? [])).map(
      (tag) => `traffic: the tag "${tag}" is given twice; a tag names one revision`,
    ),
    ...repeated(untagged).map((revision) => `traffic: "${revision}" has two shares; add them up`),
  ];
}

/** The shares as Cloud Run takes them. */
export function planTraffic(shares: readonly TrafficShare[]): gcp.types.input.cloudrunv2.ServiceTraffic[] {
  return shares.map(({ revision, percent, tag }) => ({
    ...(revision === "latest"
      ? { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }
      : { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision }),
    percent,
    ...(tag === undefined ? {} : { tag }),
  }));
}
