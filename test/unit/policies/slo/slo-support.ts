import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT, MONITORING } from "../../../../policies/types.ts";
import { object } from "../kubernetes-support.ts";
import { resource } from "../support.ts";

/** Where a Cloud Run service states what it promises, and how it is released. */
export const OBJECTIVES_AT = "annotations.slipway.dev/objectives";
export const RELEASE_AT = "annotations.slipway.dev/release";

export const AVAILABILITY = {
  name: "availability",
  kind: "availability",
  target: 99.5,
  windowDays: 30,
  owner: "shop",
};
export const LATENCY = {
  name: "latency",
  kind: "latency",
  target: 95,
  windowDays: 30,
  owner: "shop",
  thresholdSeconds: 0.5,
};

export const RELEASE = {
  strategy: "canary",
  steps: [
    { weight: 10, hold: "15 min" },
    { weight: 50, hold: "15 min" },
    { weight: 100, hold: "15 min" },
  ],
  gates: ["availability", "latency"],
};

/** Facts as annotations: what is no text is written as JSON. */
function annotations(facts: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      `slipway.dev/${name}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** A Cloud Run service that states facts. */
export function service(
  facts: Readonly<Record<string, unknown>>,
  { name = "backend", stack = "production", ...props }: Record<string, unknown> = {},
): PolicyResource {
  const labels = { environment: stack, system: "shop", service: name, "managed-by": "slipway" };
  return resource(
    CLOUD_RUN_SERVICE,
    name as string,
    { name, labels, annotations: annotations(facts), ...props },
    { stack: stack as string },
  );
}

/** A Deployment that takes requests and states facts. */
export function deployment(
  facts: Readonly<Record<string, unknown>>,
  {
    name = "api",
    labels = {},
    spec = {},
    stack = "production",
  }: { name?: string; labels?: Record<string, string>; spec?: Record<string, unknown>; stack?: string } = {},
): PolicyResource {
  const selected = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop" };
  return resource(
    DEPLOYMENT,
    name,
    {
      metadata: {
        name,
        namespace: "shop",
        labels: { ...selected, ...labels },
        annotations: annotations(facts),
      },
      spec: {
        selector: { matchLabels: selected },
        template: {
          metadata: { labels: selected },
          spec: { containers: [{ name: "app", ports: [{ containerPort: 8080 }] }] },
        },
        ...spec,
      },
    },
    { stack },
  );
}

/** What a Monitoring knows of a service that others deploy. */
export function elsewhere(facts: Readonly<Record<string, unknown>>): PolicyResource {
  return resource(MONITORING, "watched", {
    system: "shop",
    services: [{ system: "shop", service: "policy", runtime: "elsewhere", ...facts }],
  });
}

/** An object of a kind that is not Kubernetes' own. */
export function custom(
  apiVersion: string,
  kind: string,
  spec: unknown,
  metadata: object = {},
): PolicyResource {
  return object({ apiVersion, kind, metadata: { name: "shop", namespace: "shop", ...metadata }, spec });
}
