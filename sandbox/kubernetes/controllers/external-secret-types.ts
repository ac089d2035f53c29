import type { KubernetesObject } from "@kubernetes/client-node";
import type { AnyObject } from "../client.ts";
import type { Condition } from "./conditions.ts";

interface RemoteReference {
  readonly key: string;
  readonly property?: string;
  readonly version?: string;
}

/** The members of an ExternalSecret that its stand-in reads. */
export interface ExternalSecret extends AnyObject {
  readonly spec: {
    readonly secretStoreRef?: { readonly name?: string; readonly kind?: string };
    readonly target?: {
      readonly name?: string;
      readonly creationPolicy?: "Owner" | "Orphan" | "Merge" | "None";
      readonly immutable?: boolean;
      readonly template?: {
        readonly type?: string;
        readonly mergePolicy?: "Replace" | "Merge";
        readonly metadata?: {
          readonly annotations?: Record<string, string>;
          readonly labels?: Record<string, string>;
        };
        readonly data?: Record<string, string>;
      };
    };
    readonly data?: readonly { readonly secretKey: string; readonly remoteRef: RemoteReference }[];
    readonly dataFrom?: readonly { readonly extract?: RemoteReference }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The members of a SecretStore or ClusterSecretStore that the stand-ins read. */
export interface SecretStore extends KubernetesObject {
  readonly spec: { readonly provider?: { readonly gcpsm?: { readonly projectID?: string } } };
  readonly status?: { readonly conditions?: readonly Condition[] };
}
