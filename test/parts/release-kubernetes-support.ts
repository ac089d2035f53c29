import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { onTestFinished } from "vitest";
import type { TestCluster } from "../support/cluster.ts";

/** A request as it arrived at what stands in for a candidate's pods. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server on this machine that a cluster's Services can lead to. */
export interface ClusterPeer {
  readonly host: string;
  readonly port: number;
  readonly arrived: Arrived[];
}

/** An address of this machine that an endpoint may have: none of the loopback's, which API servers refuse. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  const found = all.find((each) => each?.family === "IPv4" && !each.internal);
  if (found === undefined) throw new Error("this machine has no address but the loopback's");
  return found.address;
}

/** Serves where a cluster's API server reaches it, until the test ends; keeps what arrives. */
export async function serveToCluster(
  answer: (arrived: Arrived) => { readonly status: number; readonly body: string },
): Promise<ClusterPeer> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const one = { method, path: url, authorization: headers.authorization, body: await text(request) };
    arrived.push(one);
    const { status, body } = answer(one);
    response.writeHead(status, { location: "/elsewhere" }).end(body);
  });
  const host = ownAddress();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { host, port: (server.address() as AddressInfo).port, arrived };
}

/**
 * Leads a Service that chooses no pods to a server of the test. API servers lead requests only to addresses that pods have: one
 * pod, which nobody runs here, is said to have the server's.
 */
export async function leadTo(
  cluster: TestCluster,
  { namespace, service, pod }: { namespace: string; service: string; pod: string },
  { host, port }: ClusterPeer,
): Promise<void> {
  const body = { status: { podIP: host, podIPs: [{ ip: host }] } };
  await cluster.core.patchNamespacedPodStatus(
    { name: pod, namespace, body },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
  await cluster.apply({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: service, namespace },
    subsets: [
      {
        addresses: [{ ip: host, targetRef: { kind: "Pod", name: pod, namespace } }],
        ports: [{ name: "http", port, protocol: "TCP" }],
      },
    ],
  });
}
