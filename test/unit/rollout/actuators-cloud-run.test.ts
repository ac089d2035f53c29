import { afterEach, beforeEach, expect, test } from "vitest";
import { type CloudRunOptions, cloudRunTraffic } from "../../../automation/rollout/actuators/cloud-run.ts";
import { doing, rolloutState } from "../../support/actuator.ts";
import { CloudRunService, LATEST, NAME, REVISION, serveCloudRun } from "./actuators-cloud-run-support.ts";

let service: CloudRunService;
let close: () => Promise<void>;
let traffic: ReturnType<typeof cloudRunTraffic>;
let control: (options?: CloudRunOptions) => ReturnType<typeof cloudRunTraffic>;
beforeEach(async () => {
  service = new CloudRunService();
  service.traffic = [
    { type: LATEST, percent: 100 },
    { type: REVISION, revision: "api-candidate", tag: "canary-1a2b3c4" },
  ];
  const served = await serveCloudRun(service);
  close = served.close;
  control = (options) => cloudRunTraffic({ open: async () => served.client, ...options });
  traffic = control();
});
afterEach(() => close());

const writes = () => service.calls.filter((call) => call === "PATCH service").length;

test("EA-09 gives the candidate its share by name and leaves its tag, and nothing else is changed", async () => {
  await traffic.set(doing(), 10);
  expect(service.live).toEqual([
    { type: REVISION, revision: "api-candidate", percent: 10, tag: "canary-1a2b3c4" },
    { type: REVISION, revision: "api-stable", percent: 90 },
  ]);
  expect(await traffic.read(rolloutState())).toBe(10);
});

test("EA-10 takes everything back, once", async () => {
  await traffic.set(doing(), 50);
  await traffic.set(doing(), 0);
  expect(await traffic.read(rolloutState())).toBe(0);
  expect(service.live.find(({ revision }) => revision === "api-stable")?.percent).toBe(100);
  await traffic.set(doing(), 0);
  expect(writes()).toBe(2);
});

test("EA-09 resolves only when what was asked for is live", async () => {
  service.slow = { operation: 2, live: 1 };
  await traffic.set(doing(), 25);
  expect(service.live).toBe(service.traffic);
  expect(service.calls.filter((call) => call === "GET operation")).toHaveLength(3);
});

test("EA-09 what is live counts, not what was asked for", async () => {
  service.live = [{ type: LATEST, percent: 100 }];
  service.latest = "api-candidate";
  service.slow = { operation: 0, live: 5 };
  service.traffic = service.live;
  expect(await traffic.read(rolloutState())).toBe(100);
});

test("EA-09 decides again on what somebody else has written meanwhile", async () => {
  let others = 2;
  service.before = () => {
    if (others-- <= 0) return;
    service.etag += 1;
    service.traffic = [
      { type: LATEST, percent: 100 },
      { type: REVISION, revision: "api-old", tag: `by-hand-${others}` },
    ];
  };
  await traffic.set(doing(), 10);
  expect(writes()).toBe(3);
  expect(service.live.map(({ revision, percent = 0, tag }) => [revision, percent, tag])).toEqual([
    ["api-old", 0, "by-hand-0"],
    ["api-candidate", 10, undefined],
    ["api-stable", 90, undefined],
  ]);
});

test("EA-09 gives up where others never stop, and leaves what they wrote", async () => {
  service.before = () => {
    service.etag += 1;
  };
  await expect(traffic.set(doing(), 10)).rejects.toThrow(
    `the service ${NAME} was changed by others 10 times while its traffic was to be moved`,
  );
  expect(service.traffic[0]).toEqual({ type: LATEST, percent: 100 });
});

test.each([
  ["GET service", "be asked to read"],
  ["PATCH service", "be asked to move the traffic of"],
  ["GET operation", "be asked to say how far it is with"],
])("names the roles that help where %s is refused", async (call, what) => {
  service.refused.add(call);
  await expect(traffic.set(doing(), 10)).rejects.toThrow(
    `Cloud Run could not ${what} ${NAME}: Permission denied on ${call}. Who releases needs roles/run.developer on the service (run.services.get, run.services.update), run.operations.get in the project, and roles/iam.serviceAccountUser on the account that the service runs as`,
  );
});

test("says what Cloud Run says where it can't do it", async () => {
  service.failure = "Revision 'api-candidate' is not ready and cannot serve traffic.";
  await expect(traffic.set(doing(), 10)).rejects.toThrow(
    `Cloud Run could not move the traffic of ${NAME}: Revision 'api-candidate' is not ready and cannot serve traffic.`,
  );
});

test("says what serves instead where the traffic never arrives", async () => {
  service.slow = { operation: 0, live: 1000 };
  await expect(control({ patience: 0 }).set(doing(), 10)).rejects.toThrow(
    `Cloud Run took the new traffic of ${NAME} and still doesn't serve it. It serves: api-stable (latest) 100 %`,
  );
});

test("doesn't wait for ever for an operation", async () => {
  service.slow = { operation: 1000, live: 0 };
  await expect(control({ patience: 0 }).set(doing(), 10)).rejects.toThrow(
    `Cloud Run is still moving the traffic of ${NAME}, and longer than anybody waits for that: see \`gcloud run operations describe o-1\``,
  );
});

test("ends with the driver", async () => {
  service.slow = { operation: 1000, live: 0 };
  const ended = new AbortController();
  const moved = traffic.set(doing(undefined, { signal: ended.signal }), 10);
  const refused = expect(moved).rejects.toThrow("aborted");
  while (writes() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  ended.abort();
  await refused;
});

test("says that a service is not there, and how to see what is", async () => {
  const elsewhere = rolloutState(
    {},
    { kind: "cloud-run", urn: "", project: "p", location: "x", service: "y" },
  );
  await expect(traffic.read(elsewhere)).rejects.toThrow(
    "Cloud Run could not be asked to read projects/p/locations/x/services/y: Resource not found. The service, or the revision that is to have traffic, is not there: see `gcloud run revisions list`",
  );
});

test("is of no use where something else shares the traffic out", async () => {
  const cohort = rolloutState({}, { kind: "cohort", operations: ["email-compose"] });
  await expect(traffic.read(cohort)).rejects.toThrow(
    'the release\'s traffic is shared out by "cohort", not by "cloud-run"',
  );
});
