import { z } from "zod";
import { isProduction } from "../../core/environment.ts";
import { violation } from "../../core/finding.ts";
import type { ResourcePolicy, StackPolicy } from "../../core/policy.ts";
import { attempt } from "../../core/unknown.ts";
import { BUCKET, ROUTER_NAT } from "../../types.ts";

/** Places of Cloud Storage that are all of a continent. */
const CONTINENTS = ["US", "EU", "ASIA"];

export const oneRegionOutsideProduction: ResourcePolicy = {
  id: "one-region-outside-production",
  title: "Outside production, a bucket should lie in one region.",
  severity: "low",
  level: "advisory",
  why: "Storage in all of a continent costs more for each GiB, and for each read from a region of it.",
  fix: "Name the region that its readers are in; or two of them with `customPlacementConfig`, where the stack is there to rehearse the loss of one.",
  example: {
    typescript:
      'new gcp.storage.Bucket("uploads", { location: "US-EAST1", labels: { environment: "staging" } });',
  },
  types: [BUCKET],
  check: (bucket) => {
    const at = bucket.props.at("location");
    const isContinent = CONTINENTS.includes((at.text() ?? "").toUpperCase());
    if (isProduction(bucket) || !isContinent || bucket.props.at("customPlacementConfig").present) return [];
    return [violation(at, `is ${at.quote()}, all of a continent`)];
  },
};

const gateways = z.strictObject({
  most: z.int().min(1).default(1).describe("NAT gateways that a project may have in one region."),
});

export const fewNatGateways: StackPolicy = {
  id: "few-nat-gateways",
  title: "One NAT gateway should serve a region.",
  severity: "low",
  level: "advisory",
  why: "Each gateway and each of its addresses is paid for by the hour, and one takes in all subnetworks.",
  fix: "Let one gateway take in the subnetworks of the others; keep several only where their addresses must differ.",
  example: {
    typescript:
      'new gcp.compute.RouterNat("nat", {\n  router: router.name,\n  region: "us-east1",\n  natIpAllocateOption: "AUTO_ONLY",\n  sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",\n});',
  },
  types: [ROUTER_NAT],
  settings: gateways,
  checkStack: (stack, context) => {
    const { most } = context.settings(gateways);
    const placed = stack.ofType(ROUTER_NAT).flatMap((nat) => {
      const at = attempt(
        () => [nat.props.at("project").text() ?? "", nat.props.at("region").text()] as const,
      );
      return at.unread !== undefined || at.value[1] === undefined
        ? []
        : [{ urn: nat.urn, region: at.value[1], place: at.value.join(" ") }];
    });
    return [...Map.groupBy(placed, ({ place }) => place).values()].flatMap((group) =>
      group.slice(most).map(({ urn, region }) => ({
        message: `there are ${group.length} NAT gateways in ${region}; ${most} would do`,
        urn,
      })),
    );
  },
};
