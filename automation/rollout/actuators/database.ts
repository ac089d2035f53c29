import { readFile } from "node:fs/promises";
import type { Client } from "pg";

/** Where the database is, with its password: never an argument, which others on the machine can read. */
const VARIABLE = "SLIPWAY_DATABASE_URL";

/** Milliseconds for a connection, for a lock that others hold, and for one statement. */
const PATIENCE = { connection: 10_000, lock: 30_000, statement: 120_000 };

/**
 * The database's address: from the file that SLIPWAY_DATABASE_URL_FILE names, or else from SLIPWAY_DATABASE_URL.
 * @throws Error that names both, and never quotes the address
 */
export async function databaseUrl(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const file = env[`${VARIABLE}_FILE`];
  const text = file === undefined ? env[VARIABLE] : await readFile(file, "utf8").catch(unreadable(file));
  const url = text?.trim() ?? "";
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  const where = file === undefined ? VARIABLE : `the file "${file}" of ${VARIABLE}_FILE`;
  throw new Error(
    url === ""
      ? `nothing says where the users' toggles are: set ${VARIABLE} to the database's address, or ${VARIABLE}_FILE to a file that holds it`
      : `${where} holds no address of a PostgreSQL database: it has to begin with postgresql://`,
  );
}

function unreadable(file: string): (error: NodeJS.ErrnoException) => never {
  return ({ code }) => {
    throw new Error(`the file "${file}" of ${VARIABLE}_FILE can't be read: ${code}`);
  };
}

/**
 * Works with a connection of its own, and ends it.
 * @throws Error that says what the database said and what helps
 */
export async function withDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: url,
    application_name: "slipway release",
    connectionTimeoutMillis: PATIENCE.connection,
    statement_timeout: PATIENCE.statement,
    lock_timeout: PATIENCE.lock,
  });
  // A connection that breaks while nothing is asked would else end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw explained(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** All or nothing. */
export async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

const HELP: Readonly<Record<string, string>> = {
  "42501":
    ". The role needs SELECT on auth.users; SELECT, INSERT and UPDATE on feature_toggles; and CREATE in its schema, for slipway_release and slipway_release_toggle",
  "42P01":
    ". Toggles are rows of feature_toggles (user_id, operation, enabled), users rows of auth.users (id)",
  "55P03": `. Someone else holds a lock for longer than ${PATIENCE.lock / 1000} s: see pg_stat_activity`,
};

function explained(error: unknown): unknown {
  const { code, message, errors } = error as NodeJS.ErrnoException & { errors?: readonly Error[] };
  if (typeof code !== "string") return error;
  // Several addresses were tried: the message is empty.
  const said = message || (errors?.[0]?.message ?? code);
  return new Error(`the users' toggles can't be reached or changed: ${said}${HELP[code] ?? ""}`);
}
