import { each, violation } from "../../core/finding.ts";
import type { Finding, Policy } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";

/** The tag of `registry:5000/folder/name:tag`; undefined where there is none. */
function tagOf(image: string): string | undefined {
  const name = image.slice(image.lastIndexOf("/") + 1);
  const colon = name.indexOf(":");
  return colon < 0 ? undefined : name.slice(colon + 1);
}

function checkImage(image: Property): Finding | undefined {
  const text = image.text() ?? "";
  if (text === "") return violation(image, "is not set");
  if (/@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text)) return undefined;
  if (text.includes("@")) return violation(image, `is ${image.quote()}, whose digest is none`);
  const tag = tagOf(text);
  if (tag === undefined || tag === "")
    return violation(image, `is ${image.quote()}, which means its tag "latest"`);
  return tag === "latest"
    ? violation(image, `is ${image.quote()}: what that is changes by itself`)
    : undefined;
}

export const pinnedImage: Policy = {
  id: "pinned-image",
  title: "An image must be named by its digest, or by a tag that stands for one version.",
  severity: "high",
  level: "mandatory",
  why: 'With "latest", or no tag, two pods of one revision may run different programs, and going back to an old revision brings back whatever is there now.',
  fix: "Name the image by digest (name@sha256:…), or at least by the tag of its version.",
  types: POD_TYPES,
  check: (resource) => each(allContainers(resource), (container) => checkImage(container.at("image"))),
};
