import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A server on this machine. */
interface Listening {
  /** `http://127.0.0.1:20001` */
  readonly url: string;
  /** `127.0.0.1:20001` */
  readonly host: string;
  /** Ends it, with every connection. More than once does no harm. */
  readonly close: () => Promise<void>;
}

/** Serves on a free port until it is closed. */
export async function serve(answer: RequestListener): Promise<Listening> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${host}`, host, close };
}

/** Serves on a free port until the test ends, or it is closed. */
export async function serveInTest(answer: RequestListener): Promise<Listening> {
  const listening = await serve(answer);
  onTestFinished(listening.close);
  return listening;
}
