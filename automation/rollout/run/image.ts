import { CloudError } from "../../../sandbox/cloud/api.ts";
import { resolveImage } from "../../../sandbox/cloud/images.ts";
import { image as imageSchema } from "../../../systems/settings.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { type ImageAddress, imageAddress, imagePresence } from "./registry.ts";

/** A token of Google's for its own registries, and for nobody else. */
async function googleToken({ host }: ImageAddress): Promise<string | undefined> {
  if (!/(^|[.-])(docker\.pkg\.dev|gcr\.io)$/.test(host)) return undefined;
  const { GoogleAuth } = await import("google-auth-library");
  const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform.read-only" });
  return (await auth.getAccessToken().catch(() => undefined)) ?? undefined;
}

/** @throws CommandFailure where what was typed is no image, or names no fixed one */
export function checkImageForm(image: string): void {
  const parsed = imageSchema.safeParse(image);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new CommandFailure(`--image: "${image}" ${issue?.message ?? "is no image"}`, EXIT.usage);
}

/**
 * Makes sure that an image is there before anything is touched.
 * @param full the image with its registry
 * @returns what could not be asked, for people; undefined where it is there
 * @throws CommandFailure where it does not exist
 */
export async function checkImage(full: string, sandbox: boolean): Promise<string | undefined> {
  if (sandbox) {
    try {
      resolveImage(full);
      return undefined;
    } catch (error) {
      if (error instanceof CloudError) throw new CommandFailure(`--image: ${error.message}`, EXIT.usage);
      throw error;
    }
  }
  const address = imageAddress(full);
  if (address === undefined) return `"${full}" names no registry that could be asked whether it is there`;
  const presence = await imagePresence(address, await googleToken(address));
  if (presence.kind === "there") return undefined;
  if (presence.kind === "unanswered")
    return `nobody could say whether ${full} is there (${presence.why}); the deployment will tell`;
  throw new CommandFailure(
    `--image: ${full} does not exist: the registry has no ${address.name} of that name. Push it first, or look for a slip of the pen`,
    EXIT.usage,
  );
}
