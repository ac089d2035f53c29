import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { connectionsDrained } from "../../../../policies/reliability/redundancy/connections-drained.ts";
import { storeKeepsData } from "../../../../policies/reliability/redundancy/store-keeps-data.ts";
import {
  cacheSurvivesZone,
  clusterSurvivesZone,
  databaseSurvivesZone,
} from "../../../../policies/reliability/redundancy/survives-zone.ts";
import { certificateRenewedInTime } from "../../../../policies/reliability/secrets/certificate-renewed.ts";
import {
  externalSecretFollows,
  secretVersionsAgree,
} from "../../../../policies/reliability/secrets/secret-followed.ts";
import {
  rotationIsHeard,
  secretRotates,
  secretSurvivesRegion,
} from "../../../../policies/reliability/secrets/secret-rotates.ts";
import * as types from "../../../../policies/types.ts";
import { EXTERNAL_SECRET, object } from "../kubernetes-support.ts";
import { changed, resource, SERVICE, says } from "../support.ts";
import { saysWith } from "./support.ts";

const one = (type: string, props: unknown, stack = "production") => resource(type, "one", props, { stack });

test.each([
  [databaseSurvivesZone, types.SQL_INSTANCE, { settings: { availabilityType: "REGIONAL" } }, []],
  [databaseSurvivesZone, types.SQL_INSTANCE, {}, ["settings.availabilityType is not set, which means ZONAL"]],
  [
    databaseSurvivesZone,
    types.SQL_INSTANCE,
    { settings: { availabilityType: "ZONAL" } },
    ['settings.availabilityType is "ZONAL": it lies in one zone'],
  ],
  [databaseSurvivesZone, types.SQL_INSTANCE, { instanceType: "READ_REPLICA_INSTANCE" }, []],
  [databaseSurvivesZone, types.ALLOYDB_INSTANCE, {}, []],
  [
    databaseSurvivesZone,
    types.ALLOYDB_INSTANCE,
    { availabilityType: "ZONAL" },
    ['availabilityType is "ZONAL": it lies in one zone'],
  ],
  [cacheSurvivesZone, types.REDIS_INSTANCE, { tier: "STANDARD_HA" }, []],
  [cacheSurvivesZone, types.REDIS_INSTANCE, {}, ["tier is not set, which means BASIC"]],
  [cacheSurvivesZone, types.REDIS_INSTANCE, { tier: "BASIC" }, ['tier is "BASIC": it has no replica']],
  [cacheSurvivesZone, types.REDIS_CLUSTER, { replicaCount: 1 }, []],
  [
    cacheSurvivesZone,
    types.MEMORYSTORE_INSTANCE,
    {},
    ["replicaCount is not set, which means 0: it has no replica"],
  ],
  [clusterSurvivesZone, types.GKE_CLUSTER, { location: "us-east1" }, []],
  [
    clusterSurvivesZone,
    types.GKE_CLUSTER,
    { location: "us-east1-b" },
    ['location is "us-east1-b", one zone'],
  ],
  [
    clusterSurvivesZone,
    types.GKE_CLUSTER,
    { location: "us-east1", nodeLocations: ["us-east1-b"] },
    ["nodeLocations names one zone"],
  ],
  [
    clusterSurvivesZone,
    types.NODE_POOL,
    { location: "us-east1-b", nodeLocations: ["us-east1-b", "us-east1-c"] },
    [],
  ],
  [clusterSurvivesZone, types.NODE_POOL, { location: "us-east1-b" }, ['location is "us-east1-b", one zone']],
  [clusterSurvivesZone, types.NODE_POOL, {}, []],
])("%# a zone's loss is survived", (policy, type, props, expected) => {
  expect(says(policy, one(type, props))).toEqual(expected.map((text) => `one: ${text}`));
  expect(says(policy, one(type, props, "staging"))).toEqual(expected.map((text) => `~one: ${text}`));
});

test("what is not known is not evaluated", () => {
  const said = ["?one: tier is not known before deployment"];
  expect(says(cacheSurvivesZone, one(types.REDIS_INSTANCE, { tier: unknownValue }))).toEqual(said);
});

test.each([
  [undefined, []],
  [1, []],
  [0, ["one: connectionDrainingTimeoutSec is 0: requests under way are cut off"]],
  [unknownValue, ["?one: connectionDrainingTimeoutSec is not known before deployment"]],
])("requests end when an instance goes: %s s", (connectionDrainingTimeoutSec, expected) => {
  expect(says(connectionsDrained, one(types.BACKEND_SERVICE, { connectionDrainingTimeoutSec }))).toEqual(
    expected,
  );
});

describe("store-keeps-data", () => {
  const at = "spec.template.spec.containers[0].image";
  const store = (image: unknown, volumes: unknown = [], spec: object = {}, stack?: string) =>
    one(
      types.STATEFUL_SET,
      { spec: { template: { spec: { containers: [{ image }], volumes } }, ...spec } },
      stack,
    );
  const lost = (name: string) =>
    `one: ${at} is ${name}, and the pods have no persistent volume: what it holds ends with the pod`;
  test.each([
    [store("docker.io/library/mongo:8.0@sha256:ab"), [lost("mongo")]],
    [store("mongo", [{ emptyDir: {} }]), [lost("mongo")]],
    [store("mongo", [{ persistentVolumeClaim: { claimName: "d" } }]), []],
    [store("mongo", [], { volumeClaimTemplates: [{}] }), []],
    [store("mongo", [], {}, "staging"), [`~${lost("mongo")}`]],
    [store("localhost:5000/redis"), [`~${lost("redis")}`]],
    [store("example.com/mongo-exporter:1"), []],
    [store(unknownValue), [`?one: ${at} is not known before deployment`]],
  ])("OS-01 %#", (given, expected) => {
    expect(says(storeKeepsData, given)).toEqual(expected);
  });
});

describe("a secret of Secret Manager", () => {
  const secret = (props: unknown, stack?: string) => one(types.SECRET, props, stack);
  const every = (rotationPeriod: unknown) => secret({ rotation: { rotationPeriod } });
  const at = "rotation.rotationPeriod";
  const never = `one: ${at} is not set, and no annotation rotated-by says who else renews it: it stays as it is`;
  test.each([
    [every("31536000s"), []],
    [every("31622400s"), [`one: ${at} is 366 days, more than 365`]],
    [every("yearly"), [`one: ${at} is "yearly", not seconds such as "7776000s"`]],
    [every(unknownValue), [`?one: ${at} is not known before deployment`]],
    [secret({}), [never]],
    [secret({}, "staging"), [`~${never}`]],
    [secret({ annotations: { "rotated-by": "MongoDB Atlas" } }), []],
    [secret({ annotations: { "rotated-by": "" } }), [never]],
  ])("EA-06 WC-06 is renewed %#", (given, expected) => {
    expect(says(secretRotates, given)).toEqual(expected);
  });

  test("EA-06 how often is a team's to say", () => {
    expect(saysWith(secretRotates, { settings: { longestDays: 90 } }, every("7776000s"))).toEqual([]);
    expect(saysWith(secretRotates, { settings: { longestDays: 90 } }, every("7776001s"))).toHaveLength(1);
  });

  test("EA-06 somebody is told when", () => {
    const rotation = { rotationPeriod: "7776000s" };
    const topics = [{ name: "projects/p/topics/rotate" }];
    const unheard =
      "one: topics has no subscription in the stack: nobody hears that the secret has to be renewed";
    expect(says(rotationIsHeard, secret({ rotation, topics }))).toEqual([]);
    expect(says(rotationIsHeard, secret({ rotation }))).toEqual([
      "one: topics names none: nobody is told when the secret has to be renewed",
    ]);
    expect(says(rotationIsHeard, secret({}))).toEqual([]);
    const here = { settings: { subscriberInStack: true } };
    const subscription = (topic: unknown, propertyDependencies = {}) =>
      resource(types.SUBSCRIPTION, "s", { topic }, { propertyDependencies });
    const judged = (...others: Parameters<typeof says>[1][]) =>
      saysWith(rotationIsHeard, here, secret({ rotation, topics }), ...others);
    expect(judged()).toEqual([unheard]);
    expect(judged(subscription("rotate"))).toEqual([]);
    expect(judged(subscription("projects/p/topics/other"))).toEqual([unheard]);
    const unknown = {
      ...secret({ rotation, topics: [{ name: unknownValue }] }),
      propertyDependencies: { topics: ["urn:topic"] },
    };
    expect(
      saysWith(rotationIsHeard, here, unknown, subscription(unknownValue, { topic: ["urn:topic"] })),
    ).toEqual([]);
    expect(saysWith(rotationIsHeard, here, unknown)).toEqual([
      "?one: topics[0].name is not known before deployment",
    ]);
  });

  test("lies in more than one region", () => {
    const replicas = (...locations: readonly string[]) =>
      secret({ replication: { userManaged: { replicas: locations.map((location) => ({ location })) } } });
    expect(says(secretSurvivesRegion, replicas("us-east1"))).toEqual([
      "~one: replication.userManaged.replicas names one region",
    ]);
    expect(says(secretSurvivesRegion, replicas("us-east1", "us-west2"))).toEqual([]);
    expect(says(secretSurvivesRegion, secret({ replication: { auto: {} } }))).toEqual([]);
  });
});

test("EA-06 consumers of a secret have one version of it", () => {
  const at = "template.volumes[0].secret.items[0].version";
  const service = (name: string, version: unknown) =>
    resource(types.CLOUD_RUN_SERVICE, name, changed(SERVICE, at, version));
  const external = (version: unknown) =>
    object(changed(EXTERNAL_SECRET, "spec.data[0].remoteRef", { key: "jwt-secret", version }), {
      name: "es",
    });
  expect(says(secretVersionsAgree, service("a", "3"), service("b", "3"), external("3"))).toEqual([]);
  expect(says(secretVersionsAgree, service("a", "3"), service("b", "4"), external("2"))).toEqual([
    `~a: ${at} is 3, and another consumer of the same secret has 4 already`,
    "~es: spec.data[0].remoteRef.version is 2, and another consumer of the same secret has 4 already",
  ]);
  expect(
    says(secretVersionsAgree, service("a", "latest"), service("b", unknownValue), external("2")),
  ).toEqual([]);
});

test("EA-06 an ExternalSecret that names no version is read again", () => {
  const given = (spec: object, version?: string) =>
    says(
      externalSecretFollows,
      object({ ...EXTERNAL_SECRET, spec: { data: [{ remoteRef: { key: "jwt", version } }], ...spec } }),
    );
  const end = "and spec.data[0].remoteRef names no version: a rotation never arrives";
  expect(given({})).toEqual([]);
  expect(given({ refreshInterval: "1h" })).toEqual([]);
  expect(given({ refreshInterval: "0" })).toEqual([`api: spec.refreshInterval is "0", ${end}`]);
  expect(given({ refreshInterval: "0s" }, "3")).toEqual([]);
  expect(given({ refreshPolicy: "CreatedOnce" })).toEqual([
    `api: spec.refreshPolicy is "CreatedOnce", ${end}`,
  ]);
  expect(given({ refreshPolicy: unknownValue })).toEqual([
    "?api: spec.refreshPolicy is not known before deployment",
  ]);
});

test.each([
  [{}, []],
  [{ renewBefore: "168h" }, []],
  [{ renewBefore: "167h59m" }, ['one: spec.renewBefore is "167h59m", less than 168 h']],
  [{ duration: "48h", renewBefore: "16h" }, []],
  [{ duration: "48h", renewBefore: "15h" }, ['one: spec.renewBefore is "15h", less than 16 h']],
  [
    { renewBefore: "2160h" },
    ['one: spec.renewBefore is "2160h", not less than the 2160 h that the certificate holds'],
  ],
  [{ renewBefore: "a week" }, ['one: spec.renewBefore is not a duration such as "2160h"']],
  [{ renewBefore: unknownValue }, ["?one: spec.renewBefore is not known before deployment"]],
])("AC-02 a certificate is renewed in time: %j", (spec, expected) => {
  expect(says(certificateRenewedInTime, one(types.CERTIFICATE, { spec }))).toEqual(expected);
});
