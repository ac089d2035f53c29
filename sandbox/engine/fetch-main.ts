// Fetches one file: `node fetch-main.ts <address> <file>`; started by fetch.ts. Credentials come by environment, where
// `ps` does not show them. Says in one line on standard error why it can't.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const [address, file] = process.argv.slice(2);
if (!address || !file) throw new Error("Usage: node fetch-main.ts <address> <file>");
const authorization = process.env.SLIPWAY_FETCH_AUTHORIZATION;

try {
  const response = await fetch(address, authorization ? { headers: { authorization } } : {});
  if (!response.ok || !response.body) throw new Error(`answered ${response.status} ${response.statusText}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  console.error(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 1;
}
