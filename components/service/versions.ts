import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../errors.ts";
import { planReleased, releasedProblems } from "../release/released.ts";
import type { Scope } from "../scope.ts";
import type { ServiceSpec } from "./spec.ts";

/** An image with the registry that it is pulled from. */
function pulled(
  registry: pulumi.Input<string> | undefined,
  image: pulumi.Input<string>,
): pulumi.Input<string> {
  if (registry === undefined) return image;
  return typeof registry === "string" && typeof image === "string"
    ? `${registry}/${image}`
    : pulumi.interpolate`${registry}/${image}`;
}

/** The image that a service runs by its declaration and the stack's ledger, as a stack file writes it: without its registry. */
export function runningImage(
  declared: ServiceSpec & { readonly scope: Scope; readonly service: string },
): pulumi.Input<string> {
  return planReleased(declared, declared.scope.released.get(declared.service)).image;
}

/**
 * A declaration with the versions that the stack's ledger names, each with its registry.
 * @throws SlipwayError where the two don't go together
 */
export function atVersions<Args extends ServiceSpec & { readonly scope: Scope; readonly service: string }>(
  declared: Args,
): Args {
  const { scope, service, registry } = declared;
  const entry = scope.released.get(service);
  refuse(service, releasedProblems(declared, entry));
  const versions = planReleased(declared, entry);
  const { candidate } = versions;
  return {
    ...declared,
    ...versions,
    image: pulled(registry, versions.image),
    ...(candidate === undefined
      ? {}
      : { candidate: { ...candidate, image: pulled(registry, candidate.image) } }),
  };
}
