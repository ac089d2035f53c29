import { recoverState } from "../../deploy/recover.ts";
import { openSession, type Session } from "../../deploy/session.ts";
import type { Target } from "../../deploy/target.ts";
import type { Doing } from "../actuator.ts";

/** A session that a release works in, and what ends the work. */
export interface OpenSession {
  readonly session: Session;
  /** As an operation wants it: aborted with the effect, or where another run took the sandbox's stack over. */
  readonly interrupt: { readonly signal: AbortSignal; readonly happened: boolean };
}

/** Opens the stack, puts right what a killed run left in the sandbox, works, and closes it whatever happens. */
export async function withSession<Result>(
  target: Target,
  { report, signal }: Pick<Doing, "report" | "signal">,
  work: (open: OpenSession) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  const either = AbortSignal.any([signal, lost.signal]);
  const session = await openSession(target, { report, signal: either, claimLost: () => lost.abort() });
  try {
    await recoverState(session, report);
    const interrupt = {
      signal: either,
      get happened() {
        return either.aborted;
      },
    };
    return await work({ session, interrupt });
  } finally {
    await session.close();
  }
}
