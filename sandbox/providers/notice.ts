import { credentials } from "@grpc/grpc-js";

/** The engine's word for a warning, in an enum of a module that only exists as CommonJS. */
const WARNING = 2;

/** Tells the engine's user that Kubernetes objects are checked and remembered, and that is all. Never fails. */
export async function warnWithoutCluster(engine: string): Promise<void> {
  if (engine === "") return;
  const [{ default: grpc }, { default: messages }] = await Promise.all([
    import("@pulumi/pulumi/proto/engine_grpc_pb.js"),
    import("@pulumi/pulumi/proto/engine_pb.js"),
  ]);
  const client = new grpc.EngineClient(engine, credentials.createInsecure());
  const request = new messages.LogRequest()
    .setSeverity(WARNING)
    .setMessage(
      "there is no cluster: Kubernetes objects are checked, and kept in the state alone. `slipway sandbox kubernetes start` starts one.",
    );
  await new Promise<void>((resolve) => {
    client.log(request, () => resolve());
  });
  client.close();
}
