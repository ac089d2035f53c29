import { createServer } from "node:net";

/**
 * Where the cloud takes its ports from: below the range that Linux and macOS give to outgoing connections, so that a
 * saved port is not borrowed by one of them while the cloud is away.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const taken = new Set<number>();

/** Whether someone could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free port of 127.0.0.1 that this process has not handed out yet. @throws Error when 200 tries found none */
export async function takePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) return port;
    taken.delete(port);
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST} on 127.0.0.1. End what holds them.`);
}

/** Keeps {@link takePort} away from a port that the saved state names. */
export function reservePort(port: number): void {
  taken.add(port);
}

/** Gives a port back. */
export function releasePort(port: number): void {
  taken.delete(port);
}
