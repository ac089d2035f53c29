import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CloudError } from "./api.ts";

/** What stands in for every image that is none of the sandbox's. */
const STAND_IN_IMAGE = "sandbox/demo:1.0.0";

/** An image that the sandbox can run. */
export interface RunnableImage {
  /** `sandbox/NAME:TAG`, as the process is told. */
  readonly image: string;
  /** File that Node runs. */
  readonly entry: string;
  readonly standIn: boolean;
}

const IMAGES = join(dirname(fileURLToPath(import.meta.url)), "..", "images");

/**
 * Finds what runs an image.
 *
 * @throws CloudError `not-found` for a sandbox image or tag that does not exist, with those that do
 */
export function resolveImage(image: string, folder: string = IMAGES): RunnableImage {
  if (!image.startsWith("sandbox/")) {
    return { ...resolveImage(STAND_IN_IMAGE, folder), standIn: true };
  }
  const [, name = "", , tag] = /^sandbox\/([^:@]+)(:(.+))?$/.exec(image) ?? [];
  const names = readdirSync(folder).filter((entry) => existsSync(join(folder, entry, "tags.json")));
  if (!names.includes(name)) {
    throw new CloudError(
      "not-found",
      `There is no image "${image}". The sandbox has: ${names.map((known) => `sandbox/${known}`).join(", ")}.`,
    );
  }
  const tags = Object.keys(JSON.parse(readFileSync(join(folder, name, "tags.json"), "utf8")) as object);
  if (tag === undefined || !tags.includes(tag)) {
    throw new CloudError(
      "not-found",
      `There is no image "${image}". sandbox/${name} has the tags ${tags.join(", ")}.`,
    );
  }
  return { image, entry: join(folder, name, "main.ts"), standIn: false };
}
