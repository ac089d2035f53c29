import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CloudState, decodeState, encodeState, revisionName } from "../../../sandbox/cloud/state.ts";

const template = {
  image: "sandbox/demo:1.0.0",
  env: { LOG_LEVEL: "warn" },
  port: 8080,
  mounts: [],
  minInstances: 1,
  maxInstances: 3,
  concurrency: 80,
  timeoutSeconds: 300,
};

const state: CloudState = {
  format: 1,
  services: [
    {
      id: "projects/p/locations/us-east1/services/api",
      owner: "urn:pulumi:sandbox::slipway::gcp:cloudrunv2/service:Service::api",
      labels: { system: "ethixai" },
      latencyBuckets: [0.5, 2],
      port: 21000,
      tagPorts: { canary: 21001 },
      latestReadyRevision: "api-1",
      latestCreatedRevision: "api-2",
      traffic: [
        { target: { revision: "api-1" }, percent: 100 },
        { target: "latest", percent: 0, tag: "canary" },
      ],
      revisions: [
        { name: "api-1", createdAt: "2026-11-01T00:00:00.000Z", template, state: "ready" },
        { name: "api-2", createdAt: "2026-11-02T00:00:00.000Z", template, state: "failed", failure: "why" },
      ],
    },
  ],
};

describe("the saved state", () => {
  test("comes back as it was", () => {
    expect(decodeState(encodeState(state))).toEqual(state);
  });

  test("is refused when it is cut off anywhere", () => {
    const text = encodeState(state).trimEnd();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => {
        expect(() => decodeState(text.slice(0, length), "state.json")).toThrow(
          "The local cloud's state state.json can't be read (it is no JSON). Put a good copy there, or start anew with `slipway sandbox reset`.",
        );
      }),
    );
  });

  test("is refused with the place that is wrong", () => {
    const [service] = state.services;
    const wrong = { ...state, services: [{ ...service, port: 0 }] };
    expect(() => decodeState(JSON.stringify(wrong))).toThrow("services.0.port: ");
    expect(() => decodeState(JSON.stringify({ ...state, format: 2 }))).toThrow("format: ");
  });
});

describe("revisionName", () => {
  test("is the same for the same template, whatever the order of its keys", () => {
    const turned = Object.fromEntries(Object.entries(template).reverse()) as unknown as typeof template;
    expect(revisionName("api", turned)).toBe(revisionName("api", template));
    expect(revisionName("api", template)).toMatch(/^api-[0-9a-f]{8}$/);
  });

  test("differs when anything of the template does", () => {
    const names = [
      template,
      { ...template, image: "sandbox/demo:1.1.0" },
      { ...template, env: { LOG_LEVEL: "info" } },
      { ...template, minInstances: 2 },
      { ...template, args: ["--verbose"] },
    ].map((each) => revisionName("api", each));
    expect(new Set(names).size).toBe(names.length);
  });

  test("keeps to the 63 characters that Cloud Run allows", () => {
    expect(revisionName("a".repeat(63), template)).toHaveLength(63);
  });
});
