import { expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { edgeHasFirewall } from "../../../policies/security/exposure/edge-has-firewall.ts";
import { httpOnlyRedirects } from "../../../policies/security/exposure/http-only-redirects.ts";
import { ingressBehindEdge } from "../../../policies/security/exposure/ingress-behind-edge.ts";
import { noPublicBucket } from "../../../policies/security/exposure/no-public-bucket.ts";
import { publicInvokerBehindEdge } from "../../../policies/security/exposure/public-invoker-behind-edge.ts";
import { CLOUD_RUN_SERVICE, TARGET_HTTP_PROXY, BUCKET as TYPE, URL_MAP } from "../../../policies/types.ts";
import { BUCKET, changed, resource, SERVICE, says } from "./support.ts";

const bucket = (props: unknown) => resource(TYPE, "uploads", props);

test("EA-05 a bucket that enforces both is fine", () => {
  expect(says(noPublicBucket, bucket(BUCKET))).toEqual([]);
});

test.each([
  [
    "publicAccessPrevention",
    "inherited",
    'publicAccessPrevention is "inherited", not "enforced": a later grant could make the bucket public',
  ],
  [
    "publicAccessPrevention",
    undefined,
    'publicAccessPrevention is nothing, not "enforced": a later grant could make the bucket public',
  ],
  [
    "uniformBucketLevelAccess",
    false,
    "uniformBucketLevelAccess is not true: single objects can have access rules of their own, which nobody sees",
  ],
  [
    "uniformBucketLevelAccess",
    undefined,
    "uniformBucketLevelAccess is not true: single objects can have access rules of their own, which nobody sees",
  ],
])("EA-05 a bucket whose %s is %s", (field, value, expected) => {
  expect(says(noPublicBucket, bucket(changed(BUCKET, field, value)))).toEqual([`uploads: ${expected}`]);
});

test("EA-05 one field that is not known hides nothing about the other", () => {
  const props = changed(
    changed(BUCKET, "publicAccessPrevention", unknownValue),
    "uniformBucketLevelAccess",
    false,
  );
  expect(says(noPublicBucket, bucket(props))).toEqual([
    "?uploads: publicAccessPrevention is not known before deployment",
    "uploads: uniformBucketLevelAccess is not true: single objects can have access rules of their own, which nobody sees",
  ]);
});

test.each([
  [
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    { member: "allUsers" },
    ['open: member lets "allUsers" in'],
  ],
  ["gcp:storage/bucketIAMMember:BucketIAMMember", { member: "user:a@example.com" }, []],
  [
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    { member: unknownValue },
    ["?open: member is not known before deployment"],
  ],
  [
    "gcp:storage/bucketIAMBinding:BucketIAMBinding",
    { members: ["user:a@example.com", "allAuthenticatedUsers"] },
    ['open: members[1] lets "allAuthenticatedUsers" in'],
  ],
  [
    "gcp:storage/bucketIAMPolicy:BucketIAMPolicy",
    { policyData: '{"bindings":[{"role":"r","members":["allUsers"]}]}' },
    ['open: policyData lets "allUsers" in'],
  ],
  [
    "gcp:storage/objectAccessControl:ObjectAccessControl",
    { entity: "allUsers" },
    ['open: entity lets "allUsers" in'],
  ],
  [
    "gcp:storage/bucketACL:BucketACL",
    { predefinedAcl: "publicRead" },
    ['open: predefinedAcl is "publicRead": the bucket is public'],
  ],
  [
    "gcp:storage/bucketACL:BucketACL",
    { roleEntities: ["OWNER:user-a@example.com", "READER:allUsers"] },
    ['open: roleEntities[1] lets "allUsers" in'],
  ],
  ["gcp:storage/bucketACL:BucketACL", { predefinedAcl: "private" }, []],
])("EA-05 %s %o", (type, props, expected) => {
  expect(says(noPublicBucket, resource(type, "open", props))).toEqual(expected);
});

const service = (props: unknown, name = "backend") => resource(CLOUD_RUN_SERVICE, name, props);

test.each([
  ["INGRESS_TRAFFIC_INTERNAL_ONLY", []],
  ["INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", []],
  [
    "INGRESS_TRAFFIC_ALL",
    ['backend: ingress is "INGRESS_TRAFFIC_ALL": the whole internet reaches it past the edge'],
  ],
  [undefined, ["backend: ingress is not set: Cloud Run's default lets the whole internet in"]],
  [unknownValue, ["?backend: ingress is not known before deployment"]],
])("EA-03 ingress %s", (ingress, expected) => {
  expect(says(ingressBehindEdge, service(changed(SERVICE, "ingress", ingress)))).toEqual(expected);
});

test("EA-03 a service that does not check its callers must be behind the edge", () => {
  const unchecked = { ...SERVICE, invokerIamDisabled: true };
  expect(says(ingressBehindEdge, service(unchecked))).toEqual([]);
  expect(
    says(ingressBehindEdge, service({ ...unchecked, ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" })),
  ).toEqual([
    "backend: invokerIamDisabled is true: whoever reaches it may call it, and it is not behind the edge",
  ]);
});

const MEMBER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
const invoker = (
  name: unknown,
  propertyDependencies?: Record<string, string[]>,
  member: unknown = "allUsers",
) =>
  resource(
    MEMBER,
    "invoker",
    { name, member, role: "roles/run.invoker" },
    propertyDependencies ? { propertyDependencies } : {},
  );
const INTERNAL = { ...SERVICE, ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" };
const OPEN =
  'invoker: member lets "allUsers" call backend, whose ingress is "INGRESS_TRAFFIC_INTERNAL_ONLY" and not "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"';

test("EA-03 everyone may call what is behind the edge, and nothing else", () => {
  expect(says(publicInvokerBehindEdge, service(SERVICE), invoker("backend"))).toEqual([]);
  expect(says(publicInvokerBehindEdge, service(INTERNAL), invoker("backend"))).toEqual([OPEN]);
  expect(
    says(publicInvokerBehindEdge, service(INTERNAL), invoker("projects/p/locations/l/services/backend")),
  ).toEqual([OPEN]);
  expect(
    says(publicInvokerBehindEdge, service(INTERNAL), invoker("backend", undefined, "user:a@example.com")),
  ).toEqual([]);
});

test("EA-03 a name that is not known is followed to what it was made from, or not evaluated", () => {
  const internal = service(INTERNAL);
  expect(says(publicInvokerBehindEdge, internal, invoker(unknownValue, { name: [internal.urn] }))).toEqual([
    OPEN,
  ]);
  expect(says(publicInvokerBehindEdge, internal, invoker(unknownValue))).toEqual([
    "?invoker: name is not known before deployment",
  ]);
  expect(says(publicInvokerBehindEdge, internal, invoker("elsewhere"))).toEqual([
    "?invoker: the service that everyone may call is not in this stack, so its ingress can't be seen",
  ]);
  const nameless = service(changed(INTERNAL, "name", undefined));
  expect(says(publicInvokerBehindEdge, nameless, invoker("backend-1a2b3c4"))).toEqual([
    "?backend: name is not known before deployment",
  ]);
  const unread = service(changed(SERVICE, "ingress", unknownValue));
  expect(says(publicInvokerBehindEdge, unread, invoker("backend"))).toEqual([
    "?backend: ingress is not known before deployment",
  ]);
});

const BACKEND = "gcp:compute/backendService:BackendService";
test.each([
  [BACKEND, { loadBalancingScheme: "EXTERNAL_MANAGED", securityPolicy: "waf" }, []],
  [
    BACKEND,
    { loadBalancingScheme: "EXTERNAL_MANAGED" },
    ["backend: securityPolicy is not set, and the internet reaches this backend"],
  ],
  [BACKEND, {}, ["backend: securityPolicy is not set, and the internet reaches this backend"]],
  [BACKEND, { loadBalancingScheme: "INTERNAL_SELF_MANAGED" }, []],
  [
    BACKEND,
    { loadBalancingScheme: "EXTERNAL", securityPolicy: unknownValue },
    ["?backend: securityPolicy is not known before deployment"],
  ],
  [
    BACKEND,
    { loadBalancingScheme: unknownValue },
    ["?backend: loadBalancingScheme is not known before deployment"],
  ],
  ["gcp:compute/regionBackendService:RegionBackendService", {}, []],
])("EA-03 firewall before %s %o", (type, props, expected) => {
  expect(says(edgeHasFirewall, resource(type, "backend", props))).toEqual(expected);
});

const map = (name: string, props: unknown) => resource(URL_MAP, name, props);
const proxy = (urlMap: unknown, propertyDependencies?: Record<string, string[]>) =>
  resource(TARGET_HTTP_PROXY, "http", { urlMap }, propertyDependencies ? { propertyDependencies } : {});
const REDIRECT = map("redirect", {
  name: "redirect",
  defaultUrlRedirect: { httpsRedirect: true, stripQuery: false },
});
const ROUTES = map("routes", { name: "routes", defaultService: "backend" });
const CLEAR =
  "http: urlMap is routes, whose defaultUrlRedirect.httpsRedirect is not true: it serves HTTP in clear";

test("EA-03 HTTP does nothing but redirect", () => {
  expect(says(httpOnlyRedirects, proxy("redirect"), REDIRECT, ROUTES)).toEqual([]);
  expect(says(httpOnlyRedirects, proxy("projects/p/global/urlMaps/routes"), REDIRECT, ROUTES)).toEqual([
    CLEAR,
  ]);
  expect(says(httpOnlyRedirects, proxy(unknownValue, { urlMap: [ROUTES.urn] }), REDIRECT, ROUTES)).toEqual([
    CLEAR,
  ]);
  const mixed = map("mixed", {
    name: "mixed",
    defaultUrlRedirect: { httpsRedirect: true },
    pathMatchers: [{ defaultUrlRedirect: { httpsRedirect: true } }, { defaultService: "backend" }],
  });
  expect(says(httpOnlyRedirects, proxy("mixed"), mixed)).toEqual([
    "http: urlMap is mixed, whose pathMatchers[1].defaultUrlRedirect.httpsRedirect is not true: it serves HTTP in clear",
  ]);
});

test("EA-03 one path that is served in clear is found beside all those that are not", () => {
  const httpsRedirect = { httpsRedirect: true };
  const rules = map("rules", {
    name: "rules",
    defaultUrlRedirect: httpsRedirect,
    pathMatchers: [
      {
        defaultUrlRedirect: httpsRedirect,
        pathRules: [
          { paths: ["/a"], urlRedirect: httpsRedirect },
          { paths: ["/b"], service: "backend" },
        ],
      },
      { defaultUrlRedirect: httpsRedirect, routeRules: [{ priority: 1, service: "backend" }] },
    ],
  });
  expect(says(httpOnlyRedirects, proxy("rules"), rules)).toEqual([
    "http: urlMap is rules, whose pathMatchers[0].pathRules[1].urlRedirect.httpsRedirect is not true: it serves HTTP in clear",
    "http: urlMap is rules, whose pathMatchers[1].routeRules[0].urlRedirect.httpsRedirect is not true: it serves HTTP in clear",
  ]);
});

test("EA-03 what HTTP serves is not evaluated while it can't be seen", () => {
  expect(says(httpOnlyRedirects, proxy(unknownValue), REDIRECT)).toEqual([
    "?http: urlMap is not known before deployment",
  ]);
  expect(says(httpOnlyRedirects, proxy("elsewhere"), REDIRECT)).toEqual([
    "?http: its URL map is not in this stack, so what it serves can't be seen",
  ]);
  const unread = map("unread", { name: "unread", defaultUrlRedirect: unknownValue });
  expect(says(httpOnlyRedirects, proxy("unread"), unread)).toEqual([
    "?unread: defaultUrlRedirect is not known before deployment",
  ]);
});
