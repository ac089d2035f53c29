// The Node language host: `node language-host.ts [flags] <engine address>`, started by an engine that has none of
// its own. Prints the port that it listens on, and ends with the engine.
import { Server, ServerCredentials } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { Children } from "./language/children.ts";
import { languageRuntime } from "./language/service.ts";

/** Bytes; the limit of Pulumi's own servers and clients. */
const maximumMessage = 400 * 1024 * 1024;

/** Milliseconds between looks whether the engine still lives. */
const heartbeat = 1_000;

// Flags may have values of their own; the address always comes last.
const engineAddress = process.argv.slice(2).at(-1) ?? "";
const children = new Children();
const server = new Server({
  "grpc.max_receive_message_length": maximumMessage,
  "grpc.max_send_message_length": maximumMessage,
});

function end(code: number): never {
  children.killAll();
  process.exit(code);
}

process.on("SIGINT", () => end(130));
process.on("SIGTERM", () => end(143));
// An engine that was killed sends no signal; its death shows in a new parent.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) end(1);
}, heartbeat).unref();

server.addService(grpc.LanguageRuntimeService, languageRuntime(engineAddress, children));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(`The Node language host can't listen on 127.0.0.1: ${error.message}`);
    end(1);
  }
  console.log(port);
});
