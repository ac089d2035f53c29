import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { EXAMPLE_IMAGE, everyContainer, hasDigest, IMAGE_TYPES, imageExample, tagOf } from "./image.ts";

const settings = z.strictObject({
  digest: z
    .boolean()
    .default(false)
    .describe(
      "Whether a tag is not enough, since whoever may push can move it. Default: a tag of a version is.",
    ),
  moving: z
    .array(z.string())
    .default(["latest"])
    .describe('Tags that stand for another version tomorrow, such as "stable" or "main". Default: "latest".'),
});

function checkImage(image: Property, { digest, moving }: z.output<typeof settings>): Finding | undefined {
  const text = image.text() ?? "";
  if (text === "") return violation(image, "is not set");
  if (hasDigest(text)) return undefined;
  if (text.includes("@")) return violation(image, `is ${image.quote()}, whose digest is none`);
  const tag = tagOf(text);
  if (tag === undefined || tag === "")
    return violation(image, `is ${image.quote()}, which means its tag "latest"`);
  if (moving.includes(tag)) return violation(image, `is ${image.quote()}: what that is changes by itself`);
  return digest
    ? violation(image, `is ${image.quote()}, whose tag can be moved: it has no digest`)
    : undefined;
}

export const pinnedImage: Policy = {
  id: "pinned-image",
  title: "An image must be named by its digest, or by a tag that stands for one version.",
  severity: "high",
  level: "mandatory",
  why: 'With "latest", or no tag, two pods of one revision may run different programs, and going back to an old revision brings back whatever is there now.',
  fix: "Name the image by digest (name@sha256:…), or at least by the tag of its version.",
  example: imageExample(EXAMPLE_IMAGE),
  frameworks: {
    "nsa-cisa": ["building-secure-container-images"],
    "owasp-kubernetes": ["K02"],
    owasp: ["A08"],
  },
  types: IMAGE_TYPES,
  settings,
  check: (resource, context) => {
    const wanted = context.settings(settings);
    return each(everyContainer(resource), (container) => checkImage(container.at("image"), wanted));
  },
};
