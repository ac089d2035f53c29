import * as gcp from "@pulumi/gcp";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runDeclarations } from "../../../automation/plan/host.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import { sandboxModels } from "../../../automation/plan/sandbox-models.ts";
import { scheduleProblem, timeZoneProblem } from "../../../components/jobs/schedule.ts";
import { ScheduledJob, type ScheduledJobArgs } from "../../../components/jobs/scheduled-job.ts";
import { Network } from "../../../components/network/network.ts";
import { newScope } from "../../../components/scope.ts";
import { Secret } from "../../../components/secrets/secret.ts";
import { SecretVault } from "../../../components/secrets/vault.ts";
import { packs } from "../../../policies/catalogue.ts";
import { checkInputs } from "../../../sandbox/models/index.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";

const JOB = "gcp:cloudrunv2/job:Job";
const START = "gcp:cloudscheduler/job:Job";
const ACCOUNT = "gcp:serviceaccount/account:Account";
const INVOKER = "gcp:cloudrunv2/jobIamMember:JobIamMember";

const good = {
  job: "nightly",
  image:
    "us-docker.pkg.dev/shop/nightly@sha256:0f0b1e6cc4ac9c2ef7a1df3c26ad1b0d1f4d7d0a7a8b9c0d1e2f3a4b5c6d7e8f",
  schedule: "30 3 * * *",
  resources: { cpu: 1, memory: "512 MiB" },
  timeout: "1 h",
} as const;
const nightly = (change: Partial<ScheduledJobArgs> = {}) =>
  new ScheduledJob("shop-nightly", { scope: testScope(), ...good, ...change });

describe("a scheduled job", () => {
  test("runs once, as itself, within its time", async () => {
    const resources = await declare(() => nightly({ args: ["--all"], environment: { MODE: "full" } }));
    const labels = {
      "managed-by": "slipway",
      environment: "production",
      system: "shop",
      service: "nightly",
    };
    const job = find(resources, JOB, "shop-nightly");
    expect(job.inputs).toEqual({
      deletionProtection: true,
      labels,
      location: "us-east1",
      name: "nightly",
      project: "shop-production",
      template: {
        labels,
        taskCount: 1,
        template: {
          containers: [
            {
              args: ["--all"],
              envs: [{ name: "MODE", value: "full" }],
              image:
                "us-docker.pkg.dev/shop/nightly@sha256:0f0b1e6cc4ac9c2ef7a1df3c26ad1b0d1f4d7d0a7a8b9c0d1e2f3a4b5c6d7e8f",
              resources: { limits: { cpu: "1", memory: "512Mi" } },
              volumeMounts: [],
            },
          ],
          executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
          maxRetries: 0,
          serviceAccount: "job-nightly@shop-production.iam.gserviceaccount.com",
          timeout: "3600s",
          volumes: [],
        },
      },
    });
    expect(job.options).toMatchObject({ protect: true });
  });

  test("is started by Cloud Scheduler, as another identity that may start this job only", async () => {
    const resources = await declare(() => nightly({ timeZone: "Europe/Berlin" }));
    const starter = "start-nightly@shop-production.iam.gserviceaccount.com";
    expect(find(resources, START, "shop-nightly-start").inputs).toEqual({
      attemptDeadline: "60s",
      description: "Starts the job nightly of shop",
      httpTarget: {
        httpMethod: "POST",
        oauthToken: {
          scope: "https://www.googleapis.com/auth/cloud-platform",
          serviceAccountEmail: starter,
        },
        uri: "https://run.googleapis.com/v2/projects/shop-production/locations/us-east1/jobs/nightly:run",
      },
      name: "nightly",
      project: "shop-production",
      region: "us-east1",
      retryConfig: { maxBackoffDuration: "60s", minBackoffDuration: "10s", retryCount: 3 },
      schedule: "30 3 * * *",
      timeZone: "Europe/Berlin",
    });
    expect(find(resources, INVOKER, "shop-nightly-invoker").inputs).toEqual({
      location: "us-east1",
      member: `serviceAccount:${starter}`,
      name: "nightly",
      project: "shop-production",
      role: "roles/run.invoker",
    });
    expect(ofType(resources, ACCOUNT).map(({ inputs }) => inputs.accountId)).toEqual([
      "job-nightly",
      "start-nightly",
    ]);
    expect(ofType(resources, "gcp:projects/iAMMember:IAMMember")).toEqual([]);
  });

  test("is not started before it may be", async () => {
    const resources = await declare(() => nightly());
    const { urn } = find(resources, INVOKER, "shop-nightly-invoker");
    expect(find(resources, START, "shop-nightly-start").dependencies).toContain(urn);
  });

  test("EA-06 finds its secrets in files, pinned, and may read them before its first run", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const vault = new SecretVault("shop-vault", { scope, fallbackRegion: "us-west2" });
      const token = new Secret("shop-token", {
        scope,
        vault,
        secretId: "token",
        source: { kind: "pinned", version: "7" },
        rotation: { every: "90 days" },
      });
      nightly({ scope, secrets: { TOKEN: token, OLD_TOKEN: token } });
    });
    const job = find(resources, JOB, "shop-nightly");
    const { template } = job.inputs.template as { template: { containers: object[]; volumes: object[] } };
    expect(template.volumes).toEqual([
      {
        name: "token",
        secret: { defaultMode: 0o444, items: [{ path: "value", version: "7" }], secret: "token" },
      },
    ]);
    expect(template.containers[0]).toMatchObject({
      envs: [
        { name: "OLD_TOKEN_FILE", value: "/secrets/token/value" },
        { name: "TOKEN_FILE", value: "/secrets/token/value" },
      ],
      volumeMounts: [{ mountPath: "/secrets/token", name: "token" }],
    });
    const accessors = ofType(resources, "gcp:secretmanager/secretIamMember:SecretIamMember");
    expect(accessors.map(({ name, inputs }) => [name, inputs.member])).toEqual([
      [
        "shop-token-accessor-job-nightly",
        "serviceAccount:job-nightly@shop-production.iam.gserviceaccount.com",
      ],
    ]);
    expect(job.dependencies).toContain(accessors[0]?.urn);
  });

  test("leaves through the system's network where it is given one", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      nightly({ scope, network: new Network("shop-network", { scope }) });
    });
    expect(find(resources, JOB, "shop-nightly").inputs).toMatchObject({
      template: { template: { vpcAccess: { egress: "ALL_TRAFFIC", networkInterfaces: [{}] } } },
    });
  });

  test("breaks no policy", async () => {
    const settings = { root: "", project: "slipway", stack: "production", main: "", config: {} };
    const run = await runDeclarations(
      { ...settings, secretKeys: [], notes: [] },
      sandboxModels({}),
      async () => void nightly(),
    );
    const { policy, totals } = planRun(run, packs);
    expect(totals).toMatchObject({ resources: 5, components: 1 });
    // What a stack may cost is said once, by the stack.
    expect(policy.results.filter(({ policy: id }) => id !== "budget-declared")).toEqual([]);
  });

  test("outside production it can be taken away, and a caller may change each child", async () => {
    const resources = await declare(() => {
      const scope = newScope({
        system: "shop",
        environment: "staging",
        project: "shop-staging",
        region: "us-east1",
      });
      const { member } = nightly({ scope, transform: { start: { paused: true } } });
      new gcp.projects.IAMMember("metrics", {
        project: scope.project,
        role: "roles/monitoring.metricWriter",
        member,
      });
    });
    expect(find(resources, JOB, "shop-nightly").inputs.deletionProtection).toBe(false);
    expect(find(resources, JOB, "shop-nightly").options).not.toHaveProperty("protect");
    expect(find(resources, START, "shop-nightly-start").inputs.paused).toBe(true);
    expect(find(resources, "gcp:projects/iAMMember:IAMMember", "metrics").inputs.member).toBe(
      "serviceAccount:job-nightly@shop-staging.iam.gserviceaccount.com",
    );
  });

  test.each([
    [
      { job: "Nightly" },
      'job: "Nightly" must be 2 to 24 lower-case letters, digits or "-", begin with a letter and not end with "-"',
    ],
    [
      { schedule: "30 3 * *" },
      'schedule: "30 3 * *" has 4 fields; write five (minute, hour, day of the month, month, day of the week), such as "30 3 * * *" for 3:30 every night',
    ],
    [
      { schedule: "30 24 * * *" },
      'schedule: "24" is no hour: write *, a number from 0 to 23, a range such as 1-5, a list, or a step such as */2',
    ],
    [
      { timeZone: "Berlin" },
      'timeZone: "Berlin" is no time zone; write a name of the tz database, such as "Etc/UTC" or "America/New_York"',
    ],
    [
      { resources: { cpu: 0.5, memory: "512 MiB" } },
      "resources.cpu: 0.5 CPU is not given to jobs; use 1, 2, 4, 6, 8",
    ],
    [
      { resources: { cpu: 1, memory: "8 GiB" } },
      "resources.memory: 8192 MiB does not go with 1 CPU: Cloud Run allows 512 MiB to 4096 MiB",
    ],
    [{ timeout: "8 days" }, 'timeout: "8 days" must be 1 s to 7 days'],
    [
      { timeout: "1h" as never },
      'timeout: "1h" is not a length of time: write a number, one blank and a unit (ms, s, min, h, days)',
    ],
    [{ retries: 11 }, "retries: 11 must be a whole number from 0 to 10"],
    [
      { environment: { mode: "x" } },
      'environment: "mode" is no variable\'s name: use capitals, digits and "_", a letter first',
    ],
  ] as const)("%j is refused before anything is registered", async (change, problem) => {
    expect(await refusal(() => nightly(change))).toBe(`shop-nightly: ${problem}`);
  });

  test("two of one name are refused", async () => {
    const scope = testScope();
    expect(
      await refusal(() => {
        nightly({ scope });
        new ScheduledJob("shop-second", { scope, ...good });
      }),
    ).toContain('there are two jobs named "nightly"');
  });
});

describe("a schedule", () => {
  test.each(["* * * * *", "*/15 8-18 * * mon-fri", "0 0 1,15 * *", "5 4 * jan,jul 7", " 0  3 * * * "])(
    "%j is taken",
    (schedule) => expect(scheduleProblem(schedule)).toBeUndefined(),
  );

  test.each([
    "",
    "@daily",
    "60 * * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 8",
    "5-1 * * * *",
    "*/0 * * * *",
    "1,, * * * *",
  ])("%j is refused", (schedule) => expect(scheduleProblem(schedule)).toBeTypeOf("string"));

  test("whatever is taken, Cloud Scheduler takes", () => {
    const number = (most: number) => fc.integer({ min: 0, max: most + 2 }).map(String);
    const field = (most: number) =>
      fc.oneof(
        fc.constant("*"),
        number(most),
        fc.tuple(number(most), number(most)).map((ends) => ends.join("-")),
        fc.tuple(number(most), number(most)).map((list) => list.join(",")),
        fc.integer({ min: 0, max: 9 }).map((step) => `*/${step}`),
      );
    const schedules = fc
      .tuple(field(59), field(23), field(31), field(12), field(7))
      .map((fields) => fields.join(" "));
    fc.assert(
      fc.property(schedules, (schedule) => {
        const inputs = { region: "us-east1", schedule, httpTarget: { uri: "https://example.com" } };
        expect(checkInputs(START, inputs).length > 0).toBe(scheduleProblem(schedule) !== undefined);
      }),
    );
  });

  test("a time zone is a name, not an offset", () => {
    expect(["Etc/UTC", "America/New_York", "utc"].map(timeZoneProblem)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(timeZoneProblem("+01:00")).toContain('"+01:00" is no time zone');
    expect(timeZoneProblem("")).toContain('"" is no time zone');
  });
});
