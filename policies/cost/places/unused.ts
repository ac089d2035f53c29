import type { Stack, StackPolicy, Subject } from "../../core/policy.ts";
import { ADDRESS, DISK, GLOBAL_ADDRESS, REGION_DISK } from "../../types.ts";

/** URNs that anything in the stack was made from, or waits for. */
function usedIn(stack: Stack): ReadonlySet<string> {
  return new Set(
    stack.resources.flatMap(({ dependencies = [], propertyDependencies = {} }) => [
      ...dependencies,
      ...Object.values(propertyDependencies).flat(),
    ]),
  );
}

/** Resources of some types that nothing in the stack uses. */
function unused(stack: Stack, types: readonly string[], counts: (resource: Subject) => boolean) {
  const candidates = types.flatMap((type) => stack.ofType(type));
  if (candidates.length === 0) return [];
  const used = usedIn(stack);
  return candidates
    .filter((resource) => !used.has(resource.urn) && counts(resource))
    .map(({ urn }) => ({ message: "nothing in the stack uses it, and it is paid for", urn }));
}

/** Google's own use, or one inside of the network: neither is billed as an idle address. */
function isExternal({ props }: Subject): boolean {
  return (props.at("addressType").text() ?? "EXTERNAL") === "EXTERNAL" && !props.at("purpose").present;
}

export const addressesUsed: StackPolicy = {
  id: "addresses-used",
  title: "A reserved address should be used.",
  severity: "low",
  level: "advisory",
  why: "An external address that nothing uses costs twice as much as one that something does.",
  fix: "Give it to what it was reserved for, in the same stack; or remove it.",
  example: {
    typescript:
      'const address = new gcp.compute.GlobalAddress("edge");\nnew gcp.compute.GlobalForwardingRule("edge", { ipAddress: address.address, target: proxy.id });',
  },
  types: /^/,
  checkStack: (stack) => unused(stack, [ADDRESS, GLOBAL_ADDRESS], isExternal),
};

export const disksUsed: StackPolicy = {
  id: "disks-used",
  title: "A disk should belong to a machine.",
  severity: "low",
  level: "advisory",
  why: "A disk is paid for by its size, whether or not anything is attached to it.",
  fix: "Attach it; or keep a snapshot of it, which costs less, and remove it.",
  example: {
    typescript:
      'const disk = new gcp.compute.Disk("data", { size: 100, zone: "us-east1-b" });\nnew gcp.compute.AttachedDisk("data", { disk: disk.id, instance: machine.id });',
  },
  types: /^/,
  checkStack: (stack) => unused(stack, [DISK, REGION_DISK], () => true),
};
