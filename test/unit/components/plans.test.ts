import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planSchedule } from "../../../components/data/atlas-cluster.ts";
import { backupPlanProblems, normalizeBackupPlan } from "../../../components/data/backup-plan.ts";
import { bucketProblems, planBucket } from "../../../components/data/bucket.ts";
import { rangeProblem } from "../../../components/network/network.ts";
import { planWaf, rateLimitProblems } from "../../../components/network/waf.ts";
import { planRotation, rotationProblem } from "../../../components/secrets/rotation.ts";
import { sourceProblem } from "../../../components/secrets/source.ts";
import { revisionName } from "../../../components/service/cloud-run.ts";
import { planTraffic, trafficProblems } from "../../../components/service/traffic.ts";
import { testScope } from "../../support/declare.ts";

const BACKUP = { rpo: "15 min", rto: "1 h", snapshotEvery: "12 h", keep: "30 days" } as const;

describe("backups", () => {
  test("EA-04 snapshots every 12 h kept 30 days; 15 min of RPO need the restore of any moment", () => {
    const plan = normalizeBackupPlan(BACKUP);
    expect(plan).toEqual({
      rpoMinutes: 15,
      rtoMinutes: 60,
      snapshotHours: 12,
      keepDays: 30,
      restoreWindowDays: 7,
      continuous: true,
    });
    expect(planSchedule(plan)).toEqual({
      restoreWindowDays: 7,
      referenceHourOfDay: 3,
      referenceMinuteOfHour: 0,
      policyItemHourly: { frequencyInterval: 12, retentionUnit: "days", retentionValue: 30 },
    });
  });

  test("an RPO that snapshots hold by themselves needs nothing continuous", () => {
    expect(normalizeBackupPlan({ ...BACKUP, rpo: "12 h" }).continuous).toBe(false);
  });

  test.each([
    [{ snapshotEvery: "3 h" }, "backup.snapshotEvery: 3 h must be 1, 2, 4, 6, 8, 12 h"],
    [{ keep: "12 h" }, "backup.keep: 0.5 days must be a whole number of days from 1"],
    [
      { restoreWindow: "31 days" },
      "backup.restoreWindow: 31 days reach further back than snapshots are kept (30 days)",
    ],
    [{ rpo: "0 s" }, "backup.rpo: 0 min must be more than 0"],
  ] as const)("%j is refused", (change, problem) => {
    expect(backupPlanProblems(normalizeBackupPlan({ ...BACKUP, ...change }))).toContain(problem);
  });
});

describe("buckets", () => {
  test("EA-05 ten versions, Coldline after 30 days, in two regions", () => {
    const args = {
      scope: testScope(),
      location: { kind: "dualRegion", regions: ["us-east1", "us-west2"] },
      versions: 10,
      coldlineAfter: "30 days",
    } as const;
    expect(bucketProblems(args)).toEqual([]);
    expect(planBucket(args, "key")).toMatchObject({
      location: "US",
      customPlacementConfig: { dataLocations: ["US-EAST1", "US-WEST2"] },
      versioning: { enabled: true },
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      encryption: { defaultKmsKeyName: "key" },
      lifecycleRules: [
        { action: { type: "Delete" }, condition: { numNewerVersions: 10, withState: "ARCHIVED" } },
        {
          action: { type: "SetStorageClass", storageClass: "COLDLINE" },
          condition: { age: 30, matchesStorageClasses: ["STANDARD"] },
        },
      ],
      forceDestroy: false,
    });
  });

  test.each([
    [["us-east1", "us-east1"], 'location.regions: "us-east1" twice; name two regions'],
    [
      ["us-east1", "europe-west1"],
      'location.regions: "us-east1" and "europe-west1" must lie on one continent (us, europe, asia)',
    ],
  ] as const)("in %j are refused", (regions, problem) => {
    expect(bucketProblems({ location: { kind: "dualRegion", regions }, versions: 1 })).toEqual([problem]);
  });
});

describe("rotation", () => {
  test("EA-06 every 180 days is announced on the topic, first in 180 days", () => {
    expect(planRotation({ every: "180 days" }, "topic", (days) => `in ${days} days`)).toEqual({
      topics: [{ name: "topic" }],
      rotation: { rotationPeriod: "15552000s", nextRotationTime: "in 180 days" },
    });
  });

  test("by someone else is not announced, and says by whom", () => {
    expect(planRotation({ by: "MongoDB Atlas" }, "topic", () => "never asked")).toEqual({
      annotations: { "rotated-by": "MongoDB Atlas" },
    });
  });

  test("more often than hourly is refused", () => {
    expect(rotationProblem({ every: "59 min" })).toBe(
      'rotation.every: "59 min" must be 1 h to 36500 days; Secret Manager takes nothing else',
    );
  });
});

describe("a secret's source", () => {
  test.each([
    [{ kind: "password", length: 8 }, "source.length: 8 can be guessed; use at least 24"],
    [{ kind: "bytes", length: 8 }, "source.length: 8 can be guessed; use at least 16"],
    [
      { kind: "pinned", version: "latest" },
      'source.version: "latest" must be a version\'s number; "latest" would change under a running revision. List them: gcloud secrets versions list NAME',
    ],
    [{ kind: "pinned", version: "3" }, undefined],
    [{ kind: "value", value: "anything" }, undefined],
  ] as const)("%j", (source, problem) => {
    expect(sourceProblem(source)).toBe(problem);
  });
});

describe("EA-03 a subnetwork's addresses", () => {
  test.each([
    ["10.10.0.0/22", undefined],
    ["10.10.0.64/26", undefined],
    [
      "10.10.0.0/27",
      'range: "10.10.0.0/27" holds 32 addresses; Cloud Run needs 64 or more: use a prefix of /26 or shorter',
    ],
    ["10.10.0.32/26", 'range: "10.10.0.32/26" does not begin where a /26 may; its last 6 bits must be 0'],
    ["10.10.0.0", 'range: "10.10.0.0" is no range of addresses, such as "10.10.0.0/22"'],
    ["10.10.0.256/22", 'range: "10.10.0.256/22" is no range of addresses, such as "10.10.0.0/22"'],
    ["10.10.0.0/33", 'range: "10.10.0.0/33" is no range of addresses, such as "10.10.0.0/22"'],
  ])("%s", (range, problem) => {
    expect(rangeProblem(range)).toBe(problem);
  });
});

describe("the web application firewall", () => {
  test("EA-03 refuses what the OWASP core rule set recognises, before it limits rates, before it allows", () => {
    const rules = planWaf({ requests: 300, perSeconds: 60 }, 1);
    expect(rules.map(({ action }) => action)).toEqual([...Array(10).fill("deny(403)"), "throttle", "allow"]);
    expect(rules[0]).toEqual({
      priority: 1000,
      action: "deny(403)",
      description: "OWASP core rule set: sqli",
      match: { expr: { expression: "evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 1})" } },
    });
    const priorities = rules.map(({ priority }) => priority as number);
    expect(priorities).toEqual([...new Set(priorities)].sort((a, b) => a - b));
  });

  test("EA-03 lets an API's methods through, which the core rule set refuses unless it is told", () => {
    const expressions = planWaf({ requests: 300, perSeconds: 60 }, 2).map(({ match }) =>
      JSON.stringify(match),
    );
    expect(expressions.filter((text) => text.includes("request.method"))).toEqual([
      JSON.stringify({
        expr: {
          expression:
            "evaluatePreconfiguredWaf('methodenforcement-v33-stable', {'sensitivity': 2}) && !request.method.matches('^(PUT|PATCH|DELETE)$')",
        },
      }),
    ]);
  });

  test("takes no rate limit that Cloud Armor does not", () => {
    expect(rateLimitProblems({ requests: 0, perSeconds: 7 })).toEqual([
      "rateLimit.requests: 0 must be a whole number from 1 to 1000000",
      "rateLimit.perSeconds: 7 must be one of 10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600",
    ]);
  });
});

describe("a revision's name", () => {
  test("is the same for the same content, whatever the order of keys, and another for another", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (content, more) => {
        const turned = Object.fromEntries(Object.entries(content).reverse());
        expect(revisionName("api", turned)).toBe(revisionName("api", content));
        expect(revisionName("api", { content, more })).not.toBe(
          revisionName("api", { content, more: `${more}.` }),
        );
      }),
    );
  });

  test("is one that Cloud Run takes", () => {
    expect(revisionName("api", { image: "a" })).toMatch(/^api-[0-9a-f]{8}$/);
  });
});

describe("traffic", () => {
  test.each([
    [[{ revision: "latest", percent: 100 }], []],
    [[{ revision: "latest", percent: 90 }], ["traffic: the shares add up to 90 %; they must to 100"]],
    [
      [
        { revision: "a", percent: 50.5 },
        { revision: "b", percent: 49.5 },
      ],
      [
        'traffic["a"].percent: 50.5 must be a whole number from 0 to 100',
        'traffic["b"].percent: 49.5 must be a whole number from 0 to 100',
      ],
    ],
    [
      [
        { revision: "a", percent: 100, tag: "x" },
        { revision: "b", percent: 0, tag: "x" },
      ],
      ['traffic: the tag "x" is given twice; a tag names one revision'],
    ],
    [
      [
        { revision: "a", percent: 60 },
        { revision: "a", percent: 40 },
      ],
      ['traffic: "a" has two shares; add them up'],
    ],
    [
      [{ revision: "a", percent: 100, tag: "Canary" }],
      [
        'traffic["a"].tag: "Canary" must be 1 to 46 lower-case letters, digits or "-", beginning with a letter',
      ],
    ],
  ])("%j", (shares, problems) => {
    expect(trafficProblems(shares)).toEqual(problems);
  });

  test("whatever is declared and accepted is what Cloud Run gets: the same shares, adding up to 100", () => {
    const shares = fc
      .array(fc.record({ revision: fc.string({ minLength: 1 }), percent: fc.integer({ min: 0, max: 100 }) }))
      .map((list) => [
        ...list,
        { revision: "latest", percent: 100 - list.reduce((sum, { percent }) => sum + percent, 0) },
      ]);
    fc.assert(
      fc.property(shares, (declared) => {
        fc.pre(trafficProblems(declared).length === 0);
        const planned = planTraffic(declared);
        expect(planned.map(({ percent }) => percent)).toEqual(declared.map(({ percent }) => percent));
        expect(planned.reduce((sum, { percent }) => sum + Number(percent), 0)).toBe(100);
      }),
    );
  });
});
