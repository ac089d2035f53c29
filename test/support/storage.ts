import { Storage } from "@google-cloud/storage";
import { afterAll, beforeAll } from "vitest";
import { type RunningStorage, startStorage } from "../../sandbox/storage/run.ts";
import { findStorageServer } from "../../sandbox/storage/server.ts";
import { describeWithPart } from "./part.ts";

/** Looked for once: a test file that imports this knows at once whether its tests can run. */
const server = await findStorageServer();

/** A storage server of the test file's own, that Google's library asks instead of Google. */
export class TestStorage {
  #running: RunningStorage | undefined;

  get url(): string {
    if (!this.#running) throw new Error("The storage server is there inside tests only.");
    return this.#running.url;
  }

  async start(): Promise<void> {
    this.#running = await startStorage();
    askInstead(this.url);
  }

  async stop(): Promise<void> {
    askInstead(undefined);
    await this.#running?.stop();
  }

  /** Google's own client of the server. */
  get client(): Storage {
    const client = new Storage({ projectId: "test", apiEndpoint: this.url });
    client.baseUrl = `${this.url}/storage/v1`;
    return client;
  }
}

/** Has Google's library ask another server from now on. */
export function askInstead(url: string | undefined): void {
  if (url === undefined) delete process.env.STORAGE_EMULATOR_HOST;
  else process.env.STORAGE_EMULATOR_HOST = url;
}

/** Tests that need a storage server. Where it is missing they are skipped by name, or fail if the run demands it. */
export function describeWithStorage(name: string, tests: (storage: TestStorage) => void): void {
  const storage = new TestStorage();
  const missing = server === undefined ? "no storage server here yet: npm run parts storage" : undefined;
  describeWithPart(name, missing, () => {
    beforeAll(() => storage.start());
    afterAll(() => storage.stop());
    tests(storage);
  });
}
