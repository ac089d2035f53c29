import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { writeConnection } from "../../sandbox/kubernetes/connection.ts";
import type { Properties } from "../../sandbox/models/values.ts";
import { unmark } from "../../sandbox/models/values.ts";
import { type ResourceCall, type ResourceState, SandboxProvider } from "../../sandbox/providers/provider.ts";
import type { TestCluster } from "../support/cluster.ts";

export const TIMEOUT = 120_000;
export const deployment = "kubernetes:apps/v1:Deployment";

/** A provider on the test cluster, and resources of one program as an engine would drive them. */
export function providerOn(
  cluster: TestCluster,
  namespace: string,
  settings: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-kubernetes-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeConnection(folder, cluster.connection);
  const provider = new SandboxProvider({ kubernetes: folder });
  const callOf = (type: string, name: string, inputs: Properties, state?: ResourceState): ResourceCall => ({
    token: type,
    urn: `urn:pulumi:dev::shop::${type}::${namespace}-${name}`,
    name,
    id: state?.id ?? "",
    inputs,
    outputs: state?.outputs ?? {},
    settings: { namespace, ...settings },
    timeout: 60,
    signal: new AbortController().signal,
  });
  const check = (type: string, name: string, given: Properties, before: Properties = {}): Properties => {
    const { inputs, failures } = provider.check(callOf(type, name, given), before);
    if (failures.length > 0)
      throw new Error(failures.map(({ path, reason }) => `${path}: ${reason}`).join("\n"));
    return inputs;
  };
  const create = async (type: string, name: string, given: Properties) => {
    const inputs = check(type, name, given);
    await provider.preview(callOf(type, name, inputs), "create");
    return { inputs, state: await provider.create(callOf(type, name, inputs)) };
  };
  return { provider, callOf, check, create };
}

/** A Deployment of one small container. */
export function small(
  name: string,
  change: {
    image?: string;
    pod?: Properties;
    annotations?: Properties;
    app?: string;
    requests?: Properties;
  } = {},
) {
  const labels = { app: change.app ?? name };
  return {
    metadata: {
      name,
      labels: { team: "shop" },
      ...(change.annotations ? { annotations: change.annotations } : {}),
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...change.pod,
          containers: [
            {
              name: "api",
              image: change.image ?? "shop/api:1",
              resources: { requests: change.requests ?? { cpu: "100m", memory: "1Gi" } },
            },
          ],
        },
      },
    },
  };
}

export const image = "spec.template.spec.containers[0].image";
export const outputsOf = (state: ResourceState) => unmark(state.outputs).value;
