/** What shares out a service's traffic, as the program declares it: enough to reach it without the program. */
export type Traffic =
  | {
      readonly kind: "cloud-run";
      /** The Pulumi resource that carries the weights. */
      readonly urn: string;
      readonly project: string;
      readonly location: string;
      readonly service: string;
    }
  | {
      /** `http-route`: weights of its backends. `ingress-nginx`: the weight annotation of the candidate's Ingress. */
      readonly kind: "http-route" | "ingress-nginx";
      readonly urn: string;
      /** Context of the kubeconfig. Undefined: the sandbox's own cluster. */
      readonly context?: string;
      readonly namespace: string;
      /** Name of the HTTPRoute, or of the candidate's Ingress. */
      readonly name: string;
      /** Kubernetes Services of the two versions. */
      readonly stable: string;
      readonly candidate: string;
    }
  | {
      /** Toggles of users in a table; nothing is deployed. */
      readonly kind: "cohort";
      readonly operations: readonly string[];
      /** The candidate is what was before: its share are the users whose toggles are off. */
      readonly turns?: "off";
    };
