import { Server, ServerCredentials } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { SandboxProvider } from "./provider.ts";
import { providerService } from "./service.ts";

/** Bytes; the limit of Pulumi's own servers and clients. */
const MAXIMUM_MESSAGE = 400 * 1024 * 1024;

/** A running server of the stand-in providers. */
export interface ProviderServer {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Ends at once; calls under way fail. */
  close(): Promise<void>;
}

/**
 * Serves all stand-in providers in this process. Launchers of the plugins print its port when `SLIPWAY_PROVIDERS_PORT` names it.
 * Without `cloudFolder` resources live in the state alone; Kubernetes objects do without `kubernetesFolder`, or a cluster in it.
 */
export async function startProviders(options: {
  readonly cloudFolder?: string | undefined;
  /** Holds the connection to the cluster that Kubernetes objects go to (`SandboxPaths.kubernetes`). */
  readonly kubernetesFolder?: string | undefined;
  /** Said to engines that do not tell which package and version they take the server for; others hear that one. */
  readonly version?: string;
  /** Whether to delete also what the real providers refuse to. */
  readonly deleteProtected?: boolean;
}): Promise<ProviderServer> {
  const server = new Server({
    "grpc.max_receive_message_length": MAXIMUM_MESSAGE,
    "grpc.max_send_message_length": MAXIMUM_MESSAGE,
  });
  server.addService(
    grpc.ResourceProviderService as Parameters<Server["addService"]>[0],
    providerService(
      new SandboxProvider(
        { cloud: options.cloudFolder, kubernetes: options.kubernetesFolder },
        options.deleteProtected,
      ),
      options.version ?? "0.0.0",
    ),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    close: async () => server.forceShutdown(),
  };
}
