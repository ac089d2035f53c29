import { readdir } from "node:fs/promises";
import { flushCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { begin } from "../../../automation/rollout/driver/begin.ts";
import { drive } from "../../../automation/rollout/driver/drive.ts";
import { resumeOf } from "../../../automation/rollout/driver/resume.ts";
import { journalPath, readJournal } from "../../../automation/rollout/journal/journal.ts";
import { readEntry } from "../../../automation/rollout/ledger/update.ts";
import { diskOptions, type Moment, movesOf, weightsOf } from "./crash-world.ts";
import { at, begun, rolloutPlan, step, TARGET } from "./release.ts";

/*
 * One life of a driver: goes on with what the life before it left, says how that ended, begins the next release, and is killed at
 * its n-th moment; where it gets to the end first, it says so. Arguments: a folder, n, how many moves of the traffic the release
 * that is under way came after, and the weight at which candidates are ill.
 */

// Whoever is killed keeps nothing.
flushCompileCache();

const [folder = "", life = "1", since = "0", ill = ""] = process.argv.slice(2);
const killAt = Number(life);
let moments = Number.NEGATIVE_INFINITY;

const moment: Moment = () => {
  moments += 1;
  if (moments === killAt) process.kill(process.pid, "SIGKILL");
};

const illAt = ill === "" ? undefined : Number(ill);
const options = diskOptions(folder, Number(since), at(killAt * 3600), illAt, moment);
const { clock, store } = options;
const entry = await readEntry(store, "shop/backend");

/** How the last release ended: its weights, its outcome, and whether its journal is whole and ends as the ledger does. */
async function told(since: number): Promise<object> {
  const { history, stable } = await readEntry(store, "shop/backend");
  const folderOfAll = dirname(journalPath(folder, TARGET, "any"));
  const file = (await readdir(folderOfAll)).toSorted().at(-1) ?? "";
  const records = await readJournal(join(folderOfAll, file));
  return {
    outcome: history.at(-1)?.outcome,
    stable: stable?.image === history.at(-1)?.to ? "candidate" : "as before",
    weights: await weightsOf(folder, since),
    takenOver: records.filter(({ event }) => event.kind === "taken-over").length,
  };
}

if (entry.release !== undefined) {
  await clock.run(resumeOf(options, TARGET).then((course) => drive(options, course)));
  process.stdout.write(`${JSON.stringify(await told(Number(since)))}\n`);
} else if (killAt > 1) {
  process.stdout.write(`${JSON.stringify({ outcome: "not begun" })}\n`);
}
const moves = (await movesOf(folder)).length;
process.stdout.write(`${JSON.stringify({ moves })}\n`);
moments = 0;
const { stable, by } = begun();
await clock.run(
  begin(options, {
    target: TARGET,
    plan: rolloutPlan({ steps: [step(20, 30, 30), step(100, 30, 30)] }),
    stable,
    candidate: { image: `backend:${killAt}` },
    by,
  }).then((course) => drive(options, course)),
);
process.stdout.write(`${JSON.stringify(await told(moves))}\n`);
