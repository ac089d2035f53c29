import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { estimateMonthlyCost } from "../../../../policies/cost/estimate.ts";
import { PRICES } from "../../../../policies/cost/prices.ts";
import { runsPerMonth } from "../../../../policies/cost/quantities.ts";
import { ASSUMED_USAGE } from "../../../../policies/cost/usage.ts";
import * as types from "../../../../policies/types.ts";
import { AUTOSCALER, DEPLOYMENT, object } from "../kubernetes-support.ts";
import { BUCKET, CLUSTER, resource } from "../support.ts";
import { costOf, MONTH, rounded, run, STEADY } from "./support.ts";

const fixed = (usd: number) => [usd, usd, usd];

describe("what each type costs a month", () => {
  const sql = (settings: object, rest: object = {}) => ({ region: "us-east1", settings, ...rest });
  test.each<[string, string, object, (number[] | string)[]]>([
    [
      "Atlas M10, a key of its own",
      types.ATLAS_CLUSTER,
      CLUSTER,
      [fixed(67.16), 'no price of "atlas.backup" is in the table'],
    ],
    [
      "Atlas M10, five nodes",
      types.ATLAS_CLUSTER,
      {
        replicationSpecs: [
          {
            regionConfigs: [
              {
                electableSpecs: { instanceSize: "M10", nodeCount: 3 },
                readOnlySpecs: { instanceSize: "M10", nodeCount: 2 },
              },
            ],
          },
        ],
      },
      [fixed(97.33)],
    ],
    ["a key", types.CRYPTO_KEY, {}, [fixed(0.06)]],
    ["a firewall of two rules", types.SECURITY_POLICY, { rules: [{}, {}] }, [fixed(7)]],
    ["Vercel", types.VERCEL_PROJECT, {}, [[20, 20, 60]]],
    ["a bucket", types.BUCKET, { ...BUCKET, location: "us-east1" }, [[0.2, 1, 4]]],
    ["a topic", types.TOPIC, {}, [[0, 0.01, 0.08]]],
    ["a clock", types.CLOUD_SCHEDULER_JOB, {}, [fixed(0.1)]],
    ["images", types.ARTIFACT_REPOSITORY, {}, [[0.1, 0.5, 2]]],
    ["logs, a month", types.LOG_BUCKET, {}, [[0.5, 10, 50]]],
    ["logs, a year longer", types.LOG_BUCKET, { retentionDays: 395 }, [[0.62, 12.4, 62]]],
    [
      "a secret that rotates every ten days",
      types.SECRET,
      { rotation: { rotationPeriod: "864000s" } },
      [fixed(0.15)],
    ],
    ["a secret that does not", types.SECRET, {}, []],
    [
      "Cloud SQL in two zones",
      types.SQL_INSTANCE,
      sql({ tier: "db-custom-2-8192", availabilityType: "REGIONAL", diskSize: 100 }),
      [fixed(236.36)],
    ],
    [
      "Cloud SQL with backups",
      types.SQL_INSTANCE,
      sql({ tier: "db-f1-micro", backupConfiguration: { enabled: true } }),
      [[9.37, 9.77, 10.17]],
    ],
    [
      "Cloud SQL Enterprise Plus",
      types.SQL_INSTANCE,
      sql({ edition: "ENTERPRISE_PLUS" }),
      ["no price of its edition, or of its licence, is in the table"],
    ],
    [
      "Cloud SQL elsewhere",
      types.SQL_INSTANCE,
      sql({ tier: "db-f1-micro" }, { region: "europe-west3" }),
      ['no price of it in "europe-west3" is in the table'],
    ],
    [
      "Memorystore",
      types.REDIS_INSTANCE,
      { memorySizeGb: 5, tier: "STANDARD_HA", region: "us-east1" },
      ['no price of "redis.standard_ha.m2" is in the table'],
    ],
    [
      "Memorystore, large",
      types.REDIS_INSTANCE,
      { memorySizeGb: 50, region: "us-east1" },
      ['no price of "redis.basic.m4" is in the table'],
    ],
    ["a machine", types.MACHINE, { machineType: "e2-standard-2", zone: "us-east1-b" }, [fixed(49.32)]],
    [
      "a spot machine",
      types.MACHINE,
      { machineType: "e2-small", zone: "us-east1-b", scheduling: { preemptible: true } },
      ["prices of spot machines change"],
    ],
    [
      "an odd machine",
      types.MACHINE,
      { machineType: "z9-mega-1", zone: "us-east1-b" },
      ['no price of "z9-mega-1" is in the table'],
    ],
    [
      "a machine nowhere",
      types.MACHINE,
      { machineType: "e2-small" },
      ["no price of it in a region that it does not name is in the table"],
    ],
    ["a disk", types.DISK, { size: 100, type: "pd-ssd", zone: "us-east1-b" }, [fixed(17)]],
    [
      "a disk in two zones",
      types.REGION_DISK,
      { size: 100, type: "pd-ssd", region: "us-east1" },
      [fixed(34)],
    ],
    ["a disk of no size", types.DISK, { zone: "us-east1-b" }, ["it does not say how large it is"]],
    ["a cluster", types.GKE_CLUSTER, {}, [fixed(73)]],
    ["nodes in three zones", types.NODE_POOL, { location: "us-east1", nodeCount: 1 }, [fixed(103.38)]],
    [
      "nodes that come and go",
      types.NODE_POOL,
      { location: "us-east1-b", autoscaling: { minNodeCount: 0, maxNodeCount: 2 } },
      [[0, 34.46, 68.92]],
    ],
    ["a volume", types.PERSISTENT_VOLUME_CLAIM, {}, ["nothing says what cluster it is in"]],
    [
      "a job that nothing starts",
      types.CLOUD_RUN_JOB,
      { location: "us-east1" },
      ["nothing in the stack says how often it runs"],
    ],
    [
      "an unknown size",
      types.DISK,
      { size: unknownValue, zone: "us-east1-b" },
      ["size is not known before deployment"],
    ],
    ["a misshapen size", types.DISK, { size: "large", zone: "us-east1-b" }, ["size is not a number"]],
    ["what costs nothing", types.NAMESPACE, {}, []],
  ])("%s", (_, type, props, lines) => {
    expect(costOf(type, props)).toEqual(lines);
  });
});

test("a job costs its runs: a minute at least, and its time-out at most", () => {
  const job = {
    name: "smoke",
    location: "us-east1",
    template: {
      template: { timeout: "300s", containers: [{ resources: { limits: { cpu: "1", memory: "1Gi" } } }] },
    },
  };
  const clock = {
    schedule: "0 * * * *",
    httpTarget: { uri: "https://run.googleapis.com/v2/projects/p/locations/l/jobs/smoke:run" },
  };
  const { lines } = estimateMonthlyCost([
    resource(types.CLOUD_RUN_JOB, "job", job),
    resource(types.CLOUD_SCHEDULER_JOB, "clock", clock),
  ]);
  expect(lines[0]?.what).toBe("Cloud Run job job, 730 runs");
  // 730 runs of 60, 75 and 300 s, at USD 0.00002 a second.
  expect(rounded(lines[0])).toEqual([0.88, 1.09, 4.38]);
});

test("schedules come round as often as they say, and one that can't be read as nobody knows", () => {
  const days = 365 / 12;
  for (const [schedule, runs] of [
    ["*/5 * * * *", 288 * days],
    ["0 3 * * *", days],
    ["0 3 1 * *", days / 31],
    ["0,30 9-17 * * 1-5", (18 * days * 5) / 7],
    ["10/20 * * * *", 72 * days],
    ["every 5 minutes", undefined],
    ["*/0 * * * *", undefined],
    ["@daily", undefined],
  ] as const) {
    const told = runsPerMonth(schedule);
    if (runs === undefined) expect(told, schedule).toBeUndefined();
    else expect(told, schedule).toBeCloseTo(runs, 6);
  }
});

describe("pods", () => {
  const pods = [object(DEPLOYMENT), object(AUTOSCALER)];
  const cluster = (props: object) => resource(types.GKE_CLUSTER, "c", props);
  const hour = 0.5 * 0.0445 + 0.25 * 0.0049225;

  test("cost what their nodes cost where nothing says that it is Autopilot", () => {
    const missing = "pods cost what their nodes cost, and those are not in the stack";
    for (const usage of [{}, { cluster: "standard" }] as const)
      expect(estimateMonthlyCost(pods, usage).lines[0]?.missing).toBe(missing);
    expect(estimateMonthlyCost([...pods, cluster({})]).lines.map(({ what }) => what)).toEqual([
      "GKE cluster c",
    ]);
  });

  test("on Autopilot are billed by what they ask for, as many as capacity and peak say", () => {
    const expected = [3, 3, 4].map((count) => Number((count * 730 * hour).toFixed(2)));
    expect(rounded(estimateMonthlyCost(pods, { ...STEADY, cluster: "autopilot" }).lines[0])).toEqual(
      expected,
    );
    const inStack = estimateMonthlyCost([...pods, cluster({ enableAutopilot: true })], STEADY);
    expect(rounded(inStack.lines[0])).toEqual(expected);
  });

  test("keep volumes on disks of GKE's own classes", () => {
    const claims = (storageClassName?: string) =>
      object({
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: "db" },
        spec: {
          replicas: 2,
          template: { spec: { containers: [{}] } },
          volumeClaimTemplates: [
            { spec: { storageClassName, resources: { requests: { storage: "10Gi" } } } },
          ],
        },
      });
    const lines = (name?: string) => estimateMonthlyCost([claims(name)], { cluster: "autopilot" }).lines;
    expect(rounded(lines()[1])).toEqual(fixed(2));
    expect(rounded(lines("premium-rwo")[1])).toEqual(fixed(3.4));
    expect(lines("mine")[1]?.missing).toBe('no price of "storage class mine" is in the table');
  });
});

test("load balancers: five forwarding rules have one price, and data goes by requests", () => {
  const rules = ["a", "b", "c", "d", "e", "f"].map((name) =>
    resource(types.GLOBAL_FORWARDING_RULE, name, {}),
  );
  expect(estimateMonthlyCost(rules.slice(0, 5)).expected).toBe(18.25);
  expect(estimateMonthlyCost(rules).expected).toBe(25.55);
  const behind = run({
    instances: [1, 9],
    capacity: "10",
    peak: "10",
    cpuIdle: false,
    ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
  });
  const line = estimateMonthlyCost([behind, ...rules.slice(0, 1)], STEADY).lines.at(-1);
  const gibibytes = (5 * MONTH * 4) / 2 ** 20;
  expect(rounded(line)[1]).toBe(Number((18.25 + gibibytes * 0.128).toFixed(2)));
});

test("uptime checks cost nothing up to a million in a month, alert policies what nobody can tell", () => {
  const check = (name: string) => resource(types.UPTIME_CHECK, name, { period: "60s" });
  const checks = (count: number) => Array.from({ length: count }, (_, index) => check(`${index}`));
  expect(estimateMonthlyCost(checks(3)).high).toBe(0);
  expect(estimateMonthlyCost(checks(4)).high).toBe(Number(((4 * 6 * 43.8 - 1000) * 0.3).toFixed(2)));
  expect(
    estimateMonthlyCost([resource(types.ALERT_POLICY, "a", {})]).lines.map(({ what, missing }) => [
      what,
      missing,
    ]),
  ).toEqual([["1 alert policies", 'no price of "monitoring.alert-policy" is in the table']]);
});

test("a secret that is kept in several places is billed in each", () => {
  const secret = { secretId: "jwt", replication: { userManaged: { replicas: [{}, {}] } } };
  const { low } = estimateMonthlyCost([
    resource(types.SECRET, "s", secret),
    resource(types.SECRET_VERSION, "v", { secret: "projects/p/secrets/jwt" }),
  ]);
  expect(low).toBe(0.12);
});

test("every price says what it counts, where it holds, where it comes from and when it was entered", () => {
  for (const [name, { usd, unit, region, source, asOf }] of Object.entries(PRICES)) {
    expect(usd, name).toBeGreaterThan(0);
    expect(unit, name).not.toBe("");
    expect(region, name).toMatch(/^(global|us|[a-z]+-[a-z]+\d)$/);
    expect(source, name).toMatch(/^https:\/\/(cloud\.google\.com|www\.mongodb\.com|vercel\.com)\//);
    expect(asOf, name).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
  expect(ASSUMED_USAGE.loadShape).toHaveLength(24);
});
