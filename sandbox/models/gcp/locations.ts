import type { Rule } from "../model.ts";
import { nearest } from "../nearest.ts";

/** Regions of Google Cloud. Source: https://cloud.google.com/compute/docs/regions-zones, 2026-11. */
const regions: readonly string[] = [
  "africa-south1",
  "asia-east1",
  "asia-east2",
  "asia-northeast1",
  "asia-northeast2",
  "asia-northeast3",
  "asia-south1",
  "asia-south2",
  "asia-southeast1",
  "asia-southeast2",
  "australia-southeast1",
  "australia-southeast2",
  "europe-central2",
  "europe-north1",
  "europe-north2",
  "europe-southwest1",
  "europe-west1",
  "europe-west2",
  "europe-west3",
  "europe-west4",
  "europe-west6",
  "europe-west8",
  "europe-west9",
  "europe-west10",
  "europe-west12",
  "me-central1",
  "me-central2",
  "me-west1",
  "northamerica-northeast1",
  "northamerica-northeast2",
  "northamerica-south1",
  "southamerica-east1",
  "southamerica-west1",
  "us-central1",
  "us-east1",
  "us-east4",
  "us-east5",
  "us-south1",
  "us-west1",
  "us-west2",
  "us-west3",
  "us-west4",
];

const multiRegions = ["asia", "eu", "us"];
const dualRegions = ["asia1", "eur4", "eur5", "eur7", "eur8", "nam4"];

function oneOf(kind: string, known: readonly string[]): Rule {
  return (value, report) => {
    if (typeof value !== "string" || known.includes(value.toLowerCase())) return;
    report(`must be ${kind}`, { got: value, near: nearest(value, known) });
  };
}

/** A region of Google Cloud. */
export const location: Rule = oneOf("a region of Google Cloud", regions);

/** A region, multi-region (`europe`, `us`, `asia`) or `global`, as Cloud KMS and Artifact Registry take. */
export const keyLocation: Rule = oneOf("a location of Google Cloud", [
  ...regions,
  "global",
  "europe",
  "asia",
  "us",
  ...dualRegions,
  "eur3",
  "nam3",
  "nam6",
]);

/** A location of a storage bucket: a region, a dual region (`EUR4`) or a multi-region (`EU`), in any case. */
export const bucketLocation: Rule = oneOf("a location of Cloud Storage", [
  ...regions,
  ...multiRegions,
  ...dualRegions,
]);

/** True when a bucket in this location is kept in two or more regions. */
export function isMultiRegional(bucketLocationName: string): boolean {
  return [...multiRegions, ...dualRegions].includes(bucketLocationName.toLowerCase());
}
