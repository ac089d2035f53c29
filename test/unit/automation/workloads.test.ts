import { expect, test } from "vitest";
import { workloadsIn, workloadText } from "../../../automation/deploy/workloads.ts";

const metadata = { name: "api", namespace: "shop", labels: { "app.kubernetes.io/part-of": "store" } };

test("workloads are told with their pods, or without where no cluster took them", () => {
  const workloads = workloadsIn([
    {
      urn: "urn:a",
      type: "kubernetes:apps/v1:StatefulSet",
      outputs: { metadata: { name: "db", namespace: "shop" }, status: { replicas: 1 } },
    },
    { urn: "urn:b", type: "kubernetes:apps/v1:Deployment", outputs: { metadata } },
    { urn: "urn:c", type: "kubernetes:core/v1:Service", outputs: { metadata, status: {} } },
    {
      urn: "urn:d",
      type: "kubernetes:apps/v1:Deployment",
      outputs: { metadata: { ...metadata, name: "web" }, status: { replicas: 3, readyReplicas: 2 } },
    },
  ]);
  expect(workloads).toEqual([
    { workload: "shop/db", pods: { ready: 0, all: 1 } },
    { workload: "store/api" },
    { workload: "store/web", pods: { ready: 2, all: 3 } },
  ]);
  expect(workloads.map(workloadText)).toEqual([
    "shop/db                  0 of 1 pods ready",
    "store/api                checked and recorded",
    "store/web                2 of 3 pods ready",
  ]);
});
