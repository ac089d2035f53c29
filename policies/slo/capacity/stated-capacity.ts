import type { Property } from "../../core/property.ts";
import { CAPACITY_ANNOTATION, PEAK_ANNOTATION } from "../capacity-covers-peak.ts";

/** What one instance bears, and what is expected of all; in requests/s. */
export interface StatedCapacity {
  readonly perInstance: number;
  readonly peak: number;
}

/** Undefined where one of them isn't stated, or is no rate: `capacity-covers-peak` says so. @throws UnknownRead, MalformedRead */
export function statedCapacity(annotations: Property): StatedCapacity | undefined {
  const [perInstance, peak] = [
    annotations.at(CAPACITY_ANNOTATION).number(),
    annotations.at(PEAK_ANNOTATION).number(),
  ];
  return perInstance === undefined || peak === undefined || perInstance <= 0 || peak <= 0
    ? undefined
    : { perInstance, peak };
}
