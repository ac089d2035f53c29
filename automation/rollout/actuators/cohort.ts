import type { Client } from "pg";
import type { Doing, TrafficControl } from "../actuator.ts";
import type { RolloutState } from "../machine/state.ts";
import {
  ALL_OFF,
  FORGET,
  HAS_TABLES,
  INTACT,
  LOCK,
  MAKE_TABLES,
  SHARE,
  TAKE,
  TAKEN,
  TURN_BACK,
  TURN_ON,
} from "./cohort-sql.ts";
import { databaseUrl, inTransaction, withDatabase } from "./database.ts";
import { trafficOf } from "./traffic-kind.ts";

/**
 * Users whose toggles are on: rows of `feature_toggles`, one for each user and operation. A step is one transaction, under the
 * lease's token: a driver that was replaced is refused by the database itself. What is read is the weight that was written, as
 * long as all of it is still on; else the share of the users' operations that are, which is no weight: the buckets are not
 * equally full. On the way back the candidate's share are those who are off.
 *
 * @param url gives the database's address; default {@link databaseUrl}
 */
export function cohortTraffic(url: () => Promise<string> = databaseUrl): TrafficControl {
  return {
    async read(state) {
      const { operations } = trafficOf(state, "cohort");
      const on = await withDatabase(await url(), async (client) => {
        const written = await intactWeight(client, serviceOf(state));
        if (written !== undefined) return written;
        const { rows } = await client.query<{ percent: number }>(SHARE, [operations]);
        return rows[0]?.percent ?? 0;
      });
      return percentOn(state, on);
    },
    async set(doing, share) {
      const { operations } = trafficOf(doing.state, "cohort");
      const weight = percentOn(doing.state, share);
      const address = await url();
      doing.signal.throwIfAborted();
      await withDatabase(address, (client) =>
        inTransaction(client, async () => {
          await take(client, doing, weight);
          if (weight === 0) {
            await client.query(ALL_OFF, [operations]);
            await client.query(FORGET, [serviceOf(doing.state)]);
            return;
          }
          const values = [serviceOf(doing.state), operations, weight];
          await client.query(TURN_ON, values);
          await client.query(TURN_BACK, values);
          // The lease may have gone meanwhile: then nothing of this is kept.
          doing.signal.throwIfAborted();
        }),
      );
    },
  };
}

/** Percent of the users who are on while the candidate has so much, and the other way round. */
function percentOn(state: RolloutState, share: number): number {
  return trafficOf(state, "cohort").turns === "off" ? 100 - share : share;
}

const serviceOf = ({ target: { stack, system, service } }: RolloutState) => `${stack}/${system}/${service}`;

/** The weight that was written last; undefined where nobody has, everything was turned off, or some was turned off since. */
async function intactWeight(client: Client, service: string): Promise<number | undefined> {
  if (!(await hasTables(client))) return undefined;
  const { rows } = await client.query<{ weight: number }>(INTACT, [service]);
  return rows[0]?.weight || undefined;
}

async function hasTables(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(HAS_TABLES);
  return rows[0]?.there === true;
}

/** Makes sure that no newer driver has written. @throws Error where one has */
async function take(client: Client, { state, token }: Doing, weight: number): Promise<void> {
  await client.query(LOCK);
  if (!(await hasTables(client))) await client.query(MAKE_TABLES);
  const service = serviceOf(state);
  const taken = await client.query(TAKE, [service, token, state.release, weight]);
  if (taken.rowCount === 1) return;
  const newer = await client.query<{ token: string; release: string }>(TAKEN, [service]);
  throw new Error(
    `a newer driver (lease ${newer.rows[0]?.token}, release ${newer.rows[0]?.release}) turns the toggles of ${service} by now; this one (lease ${token}) has been replaced, and has changed nothing`,
  );
}
