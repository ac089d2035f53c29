import { setTimeout as sleep } from "node:timers/promises";
import { operate } from "../../deploy/operations.ts";
import type { Target } from "../../deploy/target.ts";
import type { Doing } from "../actuator.ts";
import { isAbandoned, isLocked, lockHolders } from "./lock.ts";
import { type OpenSession, withSession } from "./with-session.ts";

/** So long another run's lock is waited for: most deployments are over by then. */
const PATIENCE_MILLISECONDS = 120_000;
const BETWEEN_MILLISECONDS = 5_000;

/**
 * Lets the engine's state say what serves now. It reads one resource and changes none; the program isn't run and no policy asked,
 * so that neither can stand in the way. A lock of a process that has died on this machine is broken.
 * @throws CommandFailure where the state can't be reached, or another run has it for two minutes
 */
export async function reconcileTraffic(target: Target, doing: Doing): Promise<void> {
  const { traffic } = doing.state.plan;
  if (traffic.kind === "cohort") return;
  await withSession(target, doing, (open) => refresh(open, traffic.urn, doing));
}

async function refresh(
  { session, interrupt }: OpenSession,
  urn: string,
  { report, signal }: Doing,
): Promise<void> {
  // It goes on behind the release's back: only what stands in its way is worth a word.
  const quiet = () => {};
  const until = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      await operate(session, "refresh", { report: quiet, interrupt, policyPacks: [], targets: [urn] });
      return;
    } catch (error) {
      const said = String((error as Error).message);
      if (!isLocked(said) || performance.now() > until) throw error;
      if (isAbandoned(lockHolders(said))) {
        report("a run that was killed left its lock on the stack: taking it over");
        await session.stack.cancel();
      } else {
        report("waiting for another run on this stack to end");
        await sleep(BETWEEN_MILLISECONDS, undefined, { signal });
      }
    }
  }
}
