import type { Resource } from "@pulumi/pulumi";

/** One Kubernetes Service that a share of a service's requests goes to. */
export interface Backend {
  /** Name of the Kubernetes Service; it is in the namespace of the route. */
  readonly name: string;
  /** Percent of the requests. All backends' add up to 100. */
  readonly weight: number;
  /** Requests with this header all go to this backend, whatever its weight: how a candidate is tried before it has any. */
  readonly header?: { readonly name: string; readonly value: string };
}

/** What a way in has to know of a service that it leads to. */
export interface RoutedService {
  /** Its name in the system. */
  readonly service: string;
  /** Only `"edge"` is let in from outside. */
  readonly exposure: "edge" | "internal";
  /** Port of its Kubernetes Services. */
  readonly port: number;
  /** Path that answers 200 where a pod is ready: load balancers ask it for themselves. */
  readonly probePath: string;
  /** Longest that a request may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Labels that all of its pods carry, the stable ones' and the candidate's. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Port that its containers listen on. */
  readonly containerPort: number;
  /** One of weight 100 in general; two while a release is under way: the stable one, then the candidate. */
  readonly backends: readonly Backend[];
  /** What must be there before requests are led to it: its pods, and the Services before them. Default nothing. */
  readonly after?: readonly Resource[];
}
