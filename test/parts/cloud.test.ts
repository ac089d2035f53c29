import { readdirSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CloudClient, generateLoad, startCloud } from "../../sandbox/cloud/index.ts";
import { until } from "../support/until.ts";
import {
  cloudFolder,
  get,
  instanceProcesses,
  metrics,
  revisionOf,
  sample,
  service,
} from "./cloud-support.ts";

vi.setConfig({ testTimeout: 60_000 });

const { folder, remove } = cloudFolder();
let cloud: CloudClient;
beforeAll(async () => {
  cloud = await startCloud(folder);
});
afterAll(remove);

/** fetch sets the host itself. */
function getWithHost(url: string, host: string): Promise<{ status: number; revision: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve({
        status: response.statusCode ?? 0,
        revision: String(response.headers["x-slipway-revision"] ?? ""),
      });
    })
      .on("error", reject)
      .end();
  });
}

describe("the admin API", () => {
  test("serves whoever has the token, from a file that its owner alone can read", async () => {
    const { url } = await cloud.status();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await get(`${url}/v1/services`)).status).toBe(401);
    expect((await get(`${url}/v1/services`, { authorization: "Bearer wrong" })).status).toBe(401);
    expect(statSync(join(folder, "endpoint.json")).mode & 0o777).toBe(0o600);
    expect((await getWithHost(`${url}/metrics`, "rebound.example")).status).toBe(403);
  });

  test("names every wrong field of a service", async () => {
    const wrong = service({ name: "wrong", template: { port: 0, minInstances: 3, maxInstances: 2 } });
    const refused = cloud.putService({ ...wrong, extra: true } as never);
    await expect(refused).rejects.toThrow(/template\.port: /);
    await expect(
      cloud.putService(service({ template: { minInstances: 3, maxInstances: 2 } })),
    ).rejects.toThrow("template.minInstances: must not be more than maxInstances");
    await expect(cloud.putService({ ...service(), extra: true } as never)).rejects.toThrow('"extra"');
  });
});

describe("a service", () => {
  test("serves at its own address, and tells nothing of its environment", async () => {
    const input = service({ name: "first", template: { env: { GREETING: "unmistakable-value" } } });
    const status = await cloud.putService(input);
    expect(status).toMatchObject({ name: "first", owner: input.owner, labels: input.labels });
    expect(status.latestReadyRevision).toMatch(/^first-[0-9a-f]{8}$/);
    expect(status.traffic).toEqual([
      { target: "latest", percent: 100, revision: status.latestReadyRevision },
    ]);
    // Asked for one service, it also says what that was given: a provider reads it back.
    const { template, ...told } = (await cloud.getService(input.id)) ?? {};
    expect(told).toEqual(status);
    expect(template).toMatchObject({ env: { GREETING: "unmistakable-value" } });
    const answer = await get(`${status.url}/some/path?x=1`);
    const text = await answer.text();
    expect(answer.headers.get("x-slipway-revision")).toBe(status.latestReadyRevision);
    expect(JSON.parse(text)).toMatchObject({ service: "first", path: "/some/path" });
    expect(text).not.toContain("unmistakable-value");
    expect(await cloud.putService(input)).toEqual(status);
  });

  test("of another image is stood in for, and that is said", async () => {
    const status = await cloud.putService(
      service({ name: "elsewhere", template: { image: "us-docker.pkg.dev/p/r/app:7", args: ["--unknown"] } }),
    );
    expect(status.revisions).toMatchObject([
      { image: "us-docker.pkg.dev/p/r/app:7", standIn: true, instances: 1 },
    ]);
    expect((await get(status.url)).status).toBe(200);
  });

  test("of a tag that does not exist is refused with those that do", async () => {
    const refused = cloud.putService(service({ name: "untagged", template: { image: "sandbox/demo:nope" } }));
    await expect(refused).rejects.toThrow(
      'There is no image "sandbox/demo:nope". sandbox/demo has the tags 1.0.0, 1.1.0, errors',
    );
    expect(await cloud.getService(service({ name: "untagged" }).id)).toBeUndefined();
  });

  test("keeps a revision's name for one template", async () => {
    await cloud.putService(service({ name: "named", revision: "named-one" }));
    const refused = cloud.putService(
      service({ name: "named", revision: "named-one", template: { image: "sandbox/demo:1.1.0" } }),
    );
    await expect(refused).rejects.toMatchObject({ code: "conflict" });
  });

  test("gives its request so long and no longer, and its instances so many at a time", async () => {
    const status = await cloud.putService(
      service({
        name: "busy",
        template: { env: { DEMO_LATENCY_MS: "300" }, concurrency: 1, maxInstances: 1, timeoutSeconds: 20 },
      }),
    );
    const queued = await Promise.all(Array.from({ length: 4 }, () => get(status.url)));
    expect(queued.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    const short = await cloud.putService(
      service({ name: "short", template: { env: { DEMO_LATENCY_MS: "60000" }, timeoutSeconds: 0.5 } }),
    );
    const late = await get(short.url);
    expect(late.status).toBe(504);
    expect(await late.json()).toEqual({
      error: "The request took longer than the 0.5 s that the service gives it.",
    });
  });

  test("passes bodies and upgrades through", async () => {
    const status = await cloud.putService(service({ name: "streams" }));
    const posted = await fetch(`${status.url}/upload`, { method: "POST", body: "x".repeat(300_000) });
    expect(posted.status).toBe(200);
    const echoed = await new Promise<string>((resolve, reject) => {
      request(status.url, { headers: { connection: "Upgrade", upgrade: "echo" } })
        .on("upgrade", (response, socket) => {
          expect(response.headers["x-slipway-revision"]).toBe(status.latestReadyRevision);
          socket.write("ping");
          socket.once("data", (data) => {
            resolve(data.toString());
            socket.destroy();
          });
        })
        .on("error", reject)
        .end();
    });
    expect(echoed).toBe("ping");
  });

  test("scales to zero, and starts on the first request", async () => {
    const status = await cloud.putService(
      service({ name: "cold", traffic: [{ target: "latest", percent: 100 }], template: { minInstances: 0 } }),
    );
    const next = await cloud.putService(
      service({
        name: "cold",
        template: { minInstances: 0, image: "sandbox/demo:1.1.0" },
        traffic: [
          { target: { revision: status.latestReadyRevision }, percent: 100 },
          { target: "latest", percent: 0 },
        ],
      }),
    );
    await until(
      () => cloud.getService(status.id),
      (now) => revisionOf(now, next.latestReadyRevision).instances === 0,
    );
    // Nothing reached it, so nothing of it runs; weight alone starts it again.
    const moved = await cloud.putService(
      service({
        name: "cold",
        template: { minInstances: 0, image: "sandbox/demo:1.1.0" },
        traffic: [{ target: { revision: next.latestReadyRevision }, percent: 100 }],
      }),
    );
    expect((await get(moved.url)).headers.get("x-slipway-revision")).toBe(next.latestReadyRevision);
  });
});

describe("traffic", () => {
  let stable: string;
  let canary: string;
  let url: string;
  const id = service({ name: "split" }).id;

  beforeAll(async () => {
    const first = await cloud.putService(service({ name: "split" }));
    stable = first.latestReadyRevision;
    const second = await cloud.putService(
      service({
        name: "split",
        template: { image: "sandbox/demo:1.1.0" },
        traffic: [
          { target: { revision: stable }, percent: 100 },
          { target: "latest", percent: 0, tag: "canary-abc" },
        ],
      }),
    );
    canary = second.latestReadyRevision;
    url = second.url;
  });

  test("EA-09 a new revision starts with no traffic, reachable by its tag only", async () => {
    const tagUrls = (await cloud.getService(id))?.tagUrls ?? {};
    const seen = await Promise.all(Array.from({ length: 50 }, () => get(url)));
    expect(new Set(seen.map((answer) => answer.headers.get("x-slipway-revision")))).toEqual(
      new Set([stable]),
    );
    expect((await get(tagUrls["canary-abc"] ?? "")).headers.get("x-slipway-revision")).toBe(canary);
    const byHeader = await get(url, { "x-slipway-tag": "canary-abc" });
    expect(byHeader.headers.get("x-slipway-revision")).toBe(canary);
    expect(await getWithHost(url, "canary-abc---split.example")).toEqual({ status: 200, revision: canary });
    const unknown = await get(url, { "x-slipway-tag": "nope" });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({ error: 'Service "split" has no tag "nope". It has: canary-abc.' });
  });

  test("EA-09 10 % is 10 %, within six standard deviations, and no request fails while it moves", async () => {
    const cancel = new AbortController();
    const load = generateLoad({ url, requestsPerSecond: 50, seconds: 600, signal: cancel.signal });
    const move = (percent: number) =>
      cloud.putService(
        service({
          name: "split",
          template: { image: "sandbox/demo:1.1.0" },
          traffic: [
            { target: { revision: stable }, percent: 100 - percent },
            { target: { revision: canary }, percent, tag: "canary-abc" },
          ],
        }),
      );
    await move(10);
    const requests = 2000;
    let hits = 0;
    for (let sent = 0; sent < requests; sent += 20) {
      const batch = await Promise.all(Array.from({ length: 20 }, () => get(url)));
      hits += batch.filter((answer) => answer.headers.get("x-slipway-revision") === canary).length;
    }
    const deviation = Math.sqrt(requests * 0.1 * 0.9);
    expect(Math.abs(hits - requests * 0.1)).toBeLessThan(6 * deviation);
    await move(100);
    await move(50);
    cancel.abort();
    const { byStatus } = await load;
    expect(Object.keys(byStatus)).toEqual(["200"]);
  });

  test("names only revisions that exist", async () => {
    const refused = cloud.putService(
      service({ name: "split", traffic: [{ target: { revision: "split-nope" }, percent: 100 }] }),
    );
    await expect(refused).rejects.toThrow('names the revision "split-nope", which does not exist.');
    await expect(refused).rejects.toThrow(`There is: ${stable}, ${canary}.`);
  });
});

describe("secrets", () => {
  const mount = { path: "/secrets/jwt", secret: "projects/p/secrets/jwt", version: "1", file: "value" };

  test("EA-07 reach a service as files that it alone can read, gone with the instance", async () => {
    await cloud.putSecret("projects/p/secrets/jwt/versions/1", "urn:jwt", "top-secret-payload");
    const input = service({
      name: "keeper",
      template: { mounts: [mount], env: { JWT_FILE: "/secrets/jwt/value" } },
    });
    const status = await cloud.putService(input);
    const [name = ""] = readdirSync(join(folder, "instances")).filter((entry) => entry.startsWith("keeper-"));
    const root = join(folder, "instances", name);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, "secrets/jwt")).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, "secrets/jwt/value")).mode & 0o777).toBe(0o400);
    expect(readFileSync(join(root, "secrets/jwt/value"), "utf8")).toBe("top-secret-payload");
    const answer = await (await get(status.url)).text();
    expect(JSON.parse(answer)).toMatchObject({ secrets: ["JWT_FILE"] });
    for (const text of [answer, JSON.stringify(status), readFileSync(join(folder, "state.json"), "utf8")]) {
      expect(text).not.toContain("top-secret-payload");
    }
    await cloud.deleteService(input.id);
    expect(readdirSync(join(folder, "instances")).filter((entry) => entry.startsWith("keeper-"))).toEqual([]);
  });

  test("EA-06 a version that is not there is refused before anything is touched", async () => {
    const input = service({ name: "keyless", template: { mounts: [{ ...mount, version: "9" }] } });
    await expect(cloud.putService(input)).rejects.toThrow(
      'The secret "projects/p/secrets/jwt" mounted at /secrets/jwt has no version 9. It has: 1.',
    );
    expect(await cloud.getService(input.id)).toBeUndefined();
  });

  test("EA-06 come back as they were put, byte by byte", async () => {
    const payload = Uint8Array.from({ length: 256 }, (_, index) => index);
    await cloud.putSecret("projects/p/secrets/bytes/versions/3", "urn:bytes", payload);
    expect(await cloud.getSecret("projects/p/secrets/bytes/versions/3")).toEqual(Buffer.from(payload));
    expect(await cloud.listSecrets()).toContainEqual({
      id: "projects/p/secrets/bytes/versions/3",
      owner: "urn:bytes",
    });
    await cloud.deleteSecret("projects/p/secrets/bytes/versions/3");
    expect(await cloud.getSecret("projects/p/secrets/bytes/versions/3")).toBeUndefined();
  });
});

test("metrics count requests by service and revision, with the service's own edges", async () => {
  const status = await cloud.putService(service({ name: "counted", latencyBuckets: [1.5, 0.3] }));
  for (let index = 0; index < 7; index++) await get(`${status.url}/orders/${index}`);
  const labels = {
    service: "counted",
    revision: status.latestReadyRevision,
    route: "/orders/:id",
    system: "ethixai",
  };
  const text = await until(
    () => metrics(cloud),
    (now) => sample(now, "http_request_duration_seconds_count", labels) === 7,
  );
  expect(sample(text, "http_requests_total", { ...labels, method: "GET", code: "200" })).toBe(7);
  const edges = [...text.matchAll(/_bucket\{le="([^"]+)"[^}]*service="counted"/g)].map(([, edge]) => edge);
  expect(edges).toEqual([
    "0.005",
    "0.01",
    "0.025",
    "0.05",
    "0.1",
    "0.25",
    "0.3",
    "0.5",
    "1",
    "1.5",
    "2.5",
    "5",
    "10",
    "+Inf",
  ]);
  expect(sample(text, "cloud_instances", { service: "counted", state: "ready" })).toBe(1);
  const shape = /^(#( HELP| TYPE) .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?\d[\d.e+-]*|)$/;
  expect(text.split("\n").filter((line) => !shape.test(line))).toEqual([]);
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  await cloud.deleteService(status.id);
  expect(sample(await metrics(cloud), "http_requests_total", { service: "counted" })).toBeUndefined();
});

test("deleting a service lets its request finish, leaves no process, and may be repeated", async () => {
  const before = instanceProcesses(folder).length;
  const input = service({ name: "leaving", template: { env: { DEMO_LATENCY_MS: "700" }, minInstances: 2 } });
  const status = await cloud.putService(input);
  expect(instanceProcesses(folder).length).toBe(before + 2);
  const inFlight = get(`${status.url}/last`);
  await until(
    () => metrics(cloud),
    (now) => sample(now, "http_requests_in_flight", { service: "leaving" }) === 1,
  );
  await cloud.deleteService(input.id);
  expect((await inFlight).status).toBe(200);
  expect(instanceProcesses(folder).length).toBe(before);
  await cloud.deleteService(input.id);
  expect(await cloud.getService(input.id)).toBeUndefined();
});
