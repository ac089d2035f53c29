import { afterAll, beforeAll } from "vitest";
import { type RunningPostgresql, startPostgresql } from "../../sandbox/postgresql/run.ts";
import { findPostgresql } from "../../sandbox/postgresql/tools.ts";
import { describeWithPart } from "./part.ts";

/** Looked for once: a test file that imports this knows at once whether its tests can run. */
const tools = await findPostgresql();

/**
 * Tests that need a PostgreSQL server; they share one. Where there is none they are skipped by name, or fail if the run
 * demands it.
 * @param tests get what gives the server's address, inside tests only
 */
export function describeWithPostgresql(name: string, tests: (url: () => string) => void): void {
  const missing = tools === undefined ? "no PostgreSQL here yet: npm run parts postgresql" : undefined;
  describeWithPart(name, missing, () => {
    let server: RunningPostgresql | undefined;
    beforeAll(async () => {
      server = await startPostgresql();
    }, 120_000);
    afterAll(async () => await server?.stop());
    tests(() => {
      if (server === undefined) throw new Error("The server is there inside tests only.");
      return server.url;
    });
  });
}
