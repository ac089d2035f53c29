import type { V1Namespace, V1Service } from "@kubernetes/client-node";
import { type AnyObject, type ClusterClient, find, patchStatus } from "../client.ts";
import { gatewayController } from "../furniture.ts";
import { ADDRESS } from "./addresses.ts";
import { conditions, differs, fails, holds, isTrue, type Saying } from "./conditions.ts";
import type { Gateway, HttpRoute, ObjectReference, ParentReference } from "./gateway-types.ts";
import { KIND } from "./kinds.ts";
import { acceptance, resolution } from "./routes.ts";
import { apiVersionOf, type StandIn } from "./stand-in.ts";

/** Version of the API, for objects that are read. */
const API = apiVersionOf(KIND.gateway);

interface GatewayClass extends AnyObject {
  readonly spec: { readonly controllerName: string };
  readonly status?: Gateway["status"];
}

/** Stand-in for gateways' controllers: accepts the classes that the cluster is furnished with. */
export const gatewayClasses: StandIn = {
  kind: KIND.gatewayClass,
  async reconcile(object, { client }) {
    const { metadata, spec, status } = object as GatewayClass;
    if (spec.controllerName !== gatewayController) return;
    const saying = holds("Accepted", "Accepted", "accepted by the sandbox's stand-in");
    const after = conditions([saying], status?.conditions, metadata?.generation);
    if (differs(status?.conditions, after)) {
      await patchStatus(client, KIND.gatewayClass, object, { conditions: after });
    }
  },
};

/**
 * Stand-in for gateways' controllers: a gateway of an accepted class gets an address, at which nothing listens. Its
 * certificates have to be there.
 */
export const gateways: StandIn = {
  kind: KIND.gateway,
  also: [KIND.gatewayClass, KIND.httpRoute, KIND.certificate],
  async reconcile(object, { client }) {
    const gateway = object as Gateway;
    const { spec, status, metadata } = gateway;
    const generation = metadata?.generation;
    const gatewayClass = await find<GatewayClass>(client, API, "GatewayClass", spec.gatewayClassName);
    // As with a real one: a gateway of an unknown class is nobody's, and stays as it is.
    if (gatewayClass?.spec.controllerName !== gatewayController) return;
    const { items: routes } = await client.objects.list<HttpRoute>(API, "HTTPRoute");
    const listeners = await Promise.all(
      spec.listeners.map(async (listener) => {
        const before = status?.listeners?.find(({ name }) => name === listener.name);
        const missing = await missingCertificate(client, gateway, listener.tls?.certificateRefs ?? []);
        const sayings: Saying[] = [
          holds("Accepted", "Accepted", "listener accepted"),
          missing === undefined
            ? holds("ResolvedRefs", "ResolvedRefs", "every certificate is there")
            : fails("ResolvedRefs", "InvalidCertificateRef", missing),
          missing === undefined
            ? holds("Programmed", "Programmed", "listener programmed")
            : fails("Programmed", "Invalid", missing),
        ];
        return {
          name: listener.name,
          supportedKinds: [{ group: KIND.httpRoute.group, kind: "HTTPRoute" }],
          attachedRoutes: routes.filter((route) => isAttached(route, gateway, listener.name)).length,
          conditions: conditions(sayings, before?.conditions, generation),
        };
      }),
    );
    const broken = listeners.find((listener) => !isTrue(listener.conditions, "Programmed"));
    const after = conditions(
      [
        holds("Accepted", "Accepted", "gateway accepted by the sandbox's stand-in"),
        broken === undefined
          ? holds("Programmed", "Programmed", `address ${ADDRESS} assigned; nothing listens there`)
          : fails("Programmed", "Invalid", `listener "${broken.name}" is not programmed`),
      ],
      status?.conditions,
      generation,
    );
    const same = listeners.every((listener) => {
      const before = status?.listeners?.find(({ name }) => name === listener.name);
      return (
        before?.attachedRoutes === listener.attachedRoutes && !differs(before.conditions, listener.conditions)
      );
    });
    if (same && !differs(status?.conditions, after)) return;
    const addresses = [{ type: "IPAddress", value: ADDRESS }];
    await patchStatus(client, KIND.gateway, object, { addresses, conditions: after, listeners });
  },
};

/** Why a listener's certificates can't be used; undefined when they can. */
async function missingCertificate(
  client: ClusterClient,
  gateway: Gateway,
  references: readonly ObjectReference[],
): Promise<string | undefined> {
  const own = gateway.metadata?.namespace ?? "";
  for (const { name, namespace = own, kind = "Secret" } of references) {
    if (kind !== "Secret" || namespace !== own)
      return `certificate "${name}" is no Secret of the namespace "${own}"`;
    const secret = await find(client, "v1", "Secret", name, namespace);
    if (!secret) return `there is no Secret "${name}" in the namespace "${own}"`;
  }
  return undefined;
}

function isAttached(route: HttpRoute, gateway: Gateway, listener: string): boolean {
  return (route.status?.parents ?? []).some(
    ({ parentRef, conditions: list }) =>
      parentRef.name === gateway.metadata?.name &&
      (parentRef.namespace ?? route.metadata?.namespace) === gateway.metadata?.namespace &&
      (parentRef.sectionName ?? listener) === listener &&
      isTrue(list, "Accepted"),
  );
}

interface ReferenceGrant extends AnyObject {
  readonly spec: {
    readonly from: readonly { readonly kind: string; readonly namespace: string }[];
    readonly to: readonly { readonly kind: string; readonly name?: string }[];
  };
}

/** Stand-in for gateways' controllers: says of a route whether its gateways take it, and whether its backends exist. */
export const httpRoutes: StandIn = {
  kind: KIND.httpRoute,
  also: [KIND.gateway, KIND.service],
  async reconcile(object, { client }) {
    const route = object as HttpRoute;
    const namespace = route.metadata?.namespace ?? "";
    const [services, grants, home] = await Promise.all([
      client.objects.list<V1Service>("v1", "Service"),
      client.objects.list<ReferenceGrant>("gateway.networking.k8s.io/v1beta1", "ReferenceGrant"),
      find<V1Namespace>(client, "v1", "Namespace", namespace),
    ]);
    const resolved = resolution(route, {
      service: (where, name) =>
        services.items.find(({ metadata }) => metadata?.name === name && metadata.namespace === where),
      granted: (from, to, name) =>
        grants.items.some(
          ({ metadata, spec }) =>
            metadata?.namespace === to &&
            spec.from.some((each) => each.kind === "HTTPRoute" && each.namespace === from) &&
            spec.to.some((each) => each.kind === "Service" && (each.name ?? name) === name),
        ),
    });
    const parents = [];
    for (const parentRef of route.spec.parentRefs ?? []) {
      const gateway = await parentOf(client, parentRef, namespace);
      // Nobody speaks for a gateway that is not there.
      if (!gateway) continue;
      const before = route.status?.parents?.find((each) => sameParent(each.parentRef, parentRef, namespace));
      const accepted = acceptance(route, parentRef, gateway, home?.metadata?.labels ?? {});
      parents.push({
        parentRef,
        controllerName: gatewayController,
        before: before?.conditions,
        conditions: conditions([accepted, resolved], before?.conditions, route.metadata?.generation),
      });
    }
    const changed =
      parents.length !== (route.status?.parents?.length ?? 0) ||
      parents.some(({ before, conditions: after }) => differs(before, after));
    if (!changed) return;
    const said = parents.map(({ before: _before, ...parent }) => parent);
    await patchStatus(client, KIND.httpRoute, object, { parents: said });
  },
};

/** The gateway that a route names, if the sandbox's stand-in speaks for it. */
async function parentOf(
  client: ClusterClient,
  { kind = "Gateway", name, namespace }: ParentReference,
  own: string,
): Promise<Gateway | undefined> {
  if (kind !== "Gateway") return undefined;
  const gateway = await find<Gateway>(client, API, "Gateway", name, namespace ?? own);
  return isTrue(gateway?.status?.conditions, "Accepted") ? gateway : undefined;
}

function sameParent(left: ParentReference, right: ParentReference, own: string): boolean {
  return (
    left.name === right.name &&
    (left.namespace ?? own) === (right.namespace ?? own) &&
    left.sectionName === right.sectionName &&
    left.port === right.port
  );
}
