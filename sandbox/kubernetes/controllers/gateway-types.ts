import type { AnyObject } from "../client.ts";
import type { Condition } from "./conditions.ts";

/** Names an object from a field of another. */
export interface ObjectReference {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly tls?: { readonly certificateRefs?: readonly ObjectReference[] };
  readonly allowedRoutes?: {
    readonly namespaces?: {
      readonly from?: "All" | "Same" | "Selector" | "None";
      readonly selector?: { readonly matchLabels?: Record<string, string> };
    };
  };
}

/** The members of a Gateway that its stand-in reads. */
export interface Gateway extends AnyObject {
  readonly spec: { readonly gatewayClassName: string; readonly listeners: readonly Listener[] };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly listeners?: readonly {
      readonly name: string;
      readonly attachedRoutes: number;
      readonly conditions?: readonly Condition[];
    }[];
  };
}

/** Names a Gateway, or one listener of it. */
export interface ParentReference extends ObjectReference {
  readonly sectionName?: string;
  readonly port?: number;
}

/** A backend of a rule; `weight` says how much of the traffic it gets. */
export interface BackendReference extends ObjectReference {
  readonly port?: number;
  readonly weight?: number;
}

/** The members of an HTTPRoute that its stand-in reads. */
export interface HttpRoute extends AnyObject {
  readonly spec: {
    readonly parentRefs?: readonly ParentReference[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly { readonly backendRefs?: readonly BackendReference[] }[];
  };
  readonly status?: {
    readonly parents?: readonly {
      readonly parentRef: ParentReference;
      readonly conditions?: readonly Condition[];
    }[];
  };
}
