import { z } from "zod";
import { each, violation } from "../../core/finding.ts";
import type { Policy } from "../../core/policy.ts";
import { EXAMPLE_IMAGE, everyContainer, IMAGE_TYPES, imageExample, repositoryOf } from "./image.ts";

const settings = z.strictObject({
  registries: z
    .array(
      z.string().regex(/^[^/\s]+(\/[^/\s]+)*\/?$/, {
        error: 'must be a registry, or a folder in one, such as "us-docker.pkg.dev/shop/images"',
      }),
    )
    .default([])
    .describe(
      'Registries, or folders in them, that images may come from, such as "us-docker.pkg.dev/shop/images"; Docker Hub\'s own are "docker.io/library". Default: none named, and nothing is asked.',
    ),
});

export const allowedRegistry: Policy = {
  id: "allowed-registry",
  title: "An image must come from a registry that was chosen.",
  severity: "high",
  level: "mandatory",
  why: "Whoever pushes to a registry decides what runs: a name that is misspelt, or was given up and taken by somebody else, runs a stranger's program.",
  fix: "Copy the image to a registry of your own, where it is scanned; or add where it comes from to this policy's settings.",
  example: imageExample(EXAMPLE_IMAGE),
  frameworks: {
    "cis-kubernetes": ["5.5.1"],
    "nsa-cisa": ["building-secure-container-images"],
    "owasp-kubernetes": ["K02"],
    owasp: ["A08"],
  },
  types: IMAGE_TYPES,
  settings,
  check: (resource, context) => {
    const folders = context.settings(settings).registries.map((one) => one.replace(/\/?$/, "/"));
    if (folders.length === 0) return [];
    return each(everyContainer(resource), (container) => {
      const image = container.at("image");
      const text = image.text();
      if (text === undefined || text === "") return undefined; // Another policy's matter.
      const repository = repositoryOf(text);
      return folders.some((folder) => repository.startsWith(folder))
        ? undefined
        : violation(image, `is ${image.quote()}, which comes from none of ${folders.join(", ")}`);
    });
  },
};
