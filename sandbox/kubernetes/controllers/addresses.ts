import {
  CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Ingress,
  type V1Service,
} from "@kubernetes/client-node";
import { type AnyObject, patchStatus } from "../client.ts";
import { KIND } from "./kinds.ts";
import type { StandIn } from "./stand-in.ts";

/** The address that everything reachable from outside gets: this machine's own. */
export const ADDRESS = "127.0.0.1";

const status = { loadBalancer: { ingress: [{ ip: ADDRESS }] } };

/** Stand-in for the cloud's load balancers: gives a service that asks for one an address. Nothing listens there. */
export const loadBalancers: StandIn = {
  kind: KIND.service,
  async reconcile(object, { client }) {
    const service = object as V1Service & AnyObject;
    if (service.spec?.type !== "LoadBalancer" || service.status?.loadBalancer?.ingress?.length) return;
    const { name = "", namespace = "" } = service.metadata ?? {};
    await client.config
      .makeApiClient(CoreV1Api)
      .patchNamespacedServiceStatus(
        { name, namespace, body: { status } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
  },
};

/** Stand-in for ingress controllers: gives an ingress an address. Nothing listens there. */
export const ingresses: StandIn = {
  kind: KIND.ingress,
  async reconcile(object, { client }) {
    const ingress = object as V1Ingress & AnyObject;
    if (ingress.status?.loadBalancer?.ingress?.length) return;
    await patchStatus(client, KIND.ingress, ingress, status);
  },
};
