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
  fix: "Give it to what it was reserved for, in the same stack; or remove it, and let Google reserve one as long as it is used.",
  example: {
    typescript:
      'new gcp.compute.RouterNat("nat", {\n  router: router.name,\n  region: "us-east1",\n  natIpAllocateOption: "AUTO_ONLY",\n  sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",\n});',
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
  fix: "Attach it, or let its machine make it; or keep a snapshot of it, which costs less, and remove it.",
  example: {
    typescript:
      'new gcp.compute.Instance("api", {\n  machineType: "e2-small",\n  zone: "us-east1-b",\n  bootDisk: { autoDelete: true, initializeParams: { size: 20 } },\n  networkInterfaces: [{ subnetwork: subnetwork.id }],\n});',
  },
  types: /^/,
  checkStack: (stack) => unused(stack, [DISK, REGION_DISK], ({ props }) => props.present),
};
