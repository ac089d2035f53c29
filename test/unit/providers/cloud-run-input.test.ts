import { expect, test } from "vitest";
import { checkedInputs } from "../../../sandbox/models/index.ts";
import { cloudServiceInput } from "../../../sandbox/providers/live/cloud-run-input.ts";
import { changed, good } from "../models/examples.ts";

const token = "gcp:cloudrunv2/service:Service";
const id = "projects/acme-prod/locations/us-east1/services/api";
const urn = "urn:pulumi:sandbox::slipway::gcp:cloudrunv2/service:Service::api";
const translated = (inputs: Record<string, unknown>) =>
  cloudServiceInput(urn, id, checkedInputs(token, { urn, name: "api", inputs }));

test("a service is translated whole", () => {
  const inputs = { ...good(token), annotations: { "slipway.dev/latency-buckets": "0.5,2,8" } };
  expect(translated(inputs)).toEqual({
    id,
    owner: urn,
    labels: { "managed-by": "slipway" },
    latencyBuckets: [0.5, 2, 8],
    template: {
      image: "us-docker.pkg.dev/acme/api@sha256:abc",
      env: { MODE: "production" },
      port: 8080,
      mounts: [
        { path: "/secrets/token", secret: "projects/acme-prod/secrets/token", version: "3", file: "value" },
      ],
      startupProbe: {
        kind: "http",
        path: "/ready",
        initialDelaySeconds: 0,
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 24,
      },
      livenessProbe: {
        kind: "http",
        path: "/live",
        initialDelaySeconds: 0,
        periodSeconds: 30,
        timeoutSeconds: 1,
        failureThreshold: 3,
      },
      readinessProbe: {
        kind: "http",
        path: "/ready",
        initialDelaySeconds: 0,
        periodSeconds: 10,
        timeoutSeconds: 1,
        failureThreshold: 3,
        successThreshold: 2,
      },
      minInstances: 2,
      maxInstances: 10,
      concurrency: 80,
      timeoutSeconds: 60,
      cpu: 2,
      memory: 4 * 2 ** 30,
    },
    traffic: [
      { target: { revision: "api-00001-abc" }, percent: 90 },
      { target: "latest", percent: 10, tag: "canary" },
    ],
  });
});

test("what a service leaves out is what Cloud Run would take", () => {
  const { template, traffic, latencyBuckets } = translated({
    name: "api",
    location: "us-east1",
    template: { containers: [{ image: "x" }] },
  });
  expect(template).toEqual({
    image: "x",
    env: {},
    port: 8080,
    mounts: [],
    minInstances: 0,
    maxInstances: 100,
    concurrency: 80,
    timeoutSeconds: 300,
    cpu: 1,
    memory: 512 * 2 ** 20,
  });
  expect(traffic).toEqual([]);
  expect(latencyBuckets).toBeUndefined();
});

test("a fraction of a CPU serves one request at a time", () => {
  const template = { containers: [{ image: "x", resources: { limits: { cpu: "500m" } } }] };
  expect(translated({ name: "api", location: "us-east1", template }).template.concurrency).toBe(1);
});

test("of several containers the one with the port is run", () => {
  const containers = [{ image: "sidecar" }, { image: "main", ports: { containerPort: 9000 } }];
  expect(translated({ name: "api", location: "us-east1", template: { containers } }).template).toMatchObject({
    image: "main",
    port: 9000,
  });
});

test("a secret in the environment is refused by name", () => {
  const envs = [{ name: "TOKEN", valueSource: { secretKeyRef: { secret: "token", version: "1" } } }];
  expect(() => translated(changed(good(token), "template.containers[0].envs", envs))).toThrow(
    "The environment variable TOKEN is taken from a secret: the sandbox refuses this. Mount the secret as a volume and name its path in TOKEN_FILE.",
  );
});
