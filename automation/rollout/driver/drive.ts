import type { Course } from "./course.ts";
import { type DriveEnd, Driver } from "./driver.ts";
import type { DriveOptions } from "./options.ts";

/**
 * Drives a release, begun or resumed, to its end: until it is promoted or taken back, or this process is asked to end.
 * @throws LeaseLost where someone else drives it by now; JournalError where it can't be written down; CommandFailure where the
 * ledger can't be reached for too long. Nothing of it goes on then, and any machine can go on with it
 */
export async function drive(options: DriveOptions, course: Course): Promise<DriveEnd> {
  return await new Driver(options, course).run();
}
