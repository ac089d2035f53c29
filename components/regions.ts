/** Google Cloud's regions with Cloud Run; source: the documentation's page "Cloud Run locations", 2026. */
export const REGIONS = [
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
  "europe-west10",
  "europe-west12",
  "europe-west2",
  "europe-west3",
  "europe-west4",
  "europe-west6",
  "europe-west8",
  "europe-west9",
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
] as const;

/** Name of a Google Cloud region. */
export type Region = (typeof REGIONS)[number];

/** Atlas's own names of Google Cloud regions; source: the Atlas documentation's page "Google Cloud". */
const ATLAS_REGIONS: Partial<Record<Region, string>> = {
  "asia-east1": "EASTERN_ASIA_PACIFIC",
  "asia-northeast1": "NORTHEASTERN_ASIA_PACIFIC",
  "asia-southeast1": "SOUTHEASTERN_ASIA_PACIFIC",
  "europe-north1": "EUROPE_NORTH_1",
  "europe-west1": "WESTERN_EUROPE",
  "europe-west2": "EUROPE_WEST_2",
  "europe-west3": "EUROPE_WEST_3",
  "europe-west4": "EUROPE_WEST_4",
  "us-central1": "CENTRAL_US",
  "us-east1": "EASTERN_US",
  "us-east4": "US_EAST_4",
  "us-east5": "US_EAST_5",
  "us-south1": "US_SOUTH_1",
  "us-west1": "WESTERN_US",
  "us-west2": "US_WEST_2",
  "us-west3": "US_WEST_3",
  "us-west4": "US_WEST_4",
};

/** Atlas's name of a region, or undefined where this table has none. */
export function atlasRegion(region: string): string | undefined {
  return ATLAS_REGIONS[region as Region];
}

/** Regions whose Atlas name is known. */
export function atlasRegions(): string[] {
  return Object.keys(ATLAS_REGIONS);
}
