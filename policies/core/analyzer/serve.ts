import { readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { Pack } from "../policy.ts";
import { analyzerDefinition, analyzerService } from "./service.ts";

/** Bytes; the limit of Pulumi's own servers and clients. */
const MAXIMUM_MESSAGE = 400 * 1024 * 1024;

/**
 * Serves packs to the engine as one policy pack of one process: prints the port that it listens on, as the engine expects it.
 * @param folder the pack's own, whose package.json states the version
 * @param known every pack that a stack's `slipway:policies` may speak of. Default: those served
 */
export function servePacks(
  pack: Pick<Pack, "name" | "description">,
  packs: readonly Pack[],
  folder: string,
  known: () => Promise<readonly Pack[]> = async () => packs,
): void {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const { name, description } = pack;
  const server = new Server({
    "grpc.max_receive_message_length": MAXIMUM_MESSAGE,
    "grpc.max_send_message_length": MAXIMUM_MESSAGE,
  });
  server.addService(analyzerDefinition, analyzerService({ name, description, version }, packs, known));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      console.error(`the policy pack ${name} can't listen on 127.0.0.1: ${error.message}`);
      process.exit(1);
    }
    console.log(String(port));
    // The engine ends its packs by force, and what is compiled would be kept only at an orderly end.
    flushCompileCache();
  });
}
