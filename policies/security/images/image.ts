import { CONTAINER_TYPES, containersOf } from "../../cloud-run.ts";
import type { Example, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";

/** What runs containers. */
export const IMAGE_TYPES = [...POD_TYPES, ...CONTAINER_TYPES] as const;

/** Every container of a resource: its pods', or its instances'. */
export function everyContainer(resource: Subject): Property[] {
  return resource.type.startsWith("kubernetes:") ? allContainers(resource) : containersOf(resource);
}

/** The tag of `registry:5000/folder/name:tag@digest`; undefined where there is none. */
export function tagOf(image: string): string | undefined {
  const named = image.replace(/@.*$/, "");
  const name = named.slice(named.lastIndexOf("/") + 1);
  const colon = name.indexOf(":");
  return colon < 0 ? undefined : name.slice(colon + 1);
}

/** Whether an image is named by a digest that can be one. */
export function hasDigest(image: string): boolean {
  return /@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(image);
}

/** `registry/folder/name` of an image, without tag and digest, with what a container runtime puts in for Docker Hub. */
export function repositoryOf(image: string): string {
  const bare = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  const slash = bare.indexOf("/");
  const first = bare.slice(0, Math.max(slash, 0));
  if (/[.:]/.test(first) || first === "localhost")
    return bare.replace(/^(index|registry-1)\.docker\.io\//, "docker.io/");
  return slash < 0 ? `docker.io/library/${bare}` : `docker.io/${bare}`;
}

/** A pod with one container of this image, in YAML. */
export function imageExample(image: string, more = ""): Example {
  return {
    yaml: `apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n    - name: api\n      image: ${image}${more}`,
  };
}

/** An image of an example. */
export const EXAMPLE_IMAGE = `us-docker.pkg.dev/shop/images/api@sha256:${"0f1e2d3c".repeat(8)}`;
