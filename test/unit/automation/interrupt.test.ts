import { afterEach, expect, test } from "vitest";
import { Interrupt } from "../../../automation/deploy/interrupt.ts";
import { operate } from "../../../automation/deploy/operations.ts";
import type { Session } from "../../../automation/deploy/session.ts";

let interrupt: Interrupt | undefined;
afterEach(() => interrupt?.restore());

/** A session whose operations count how often they are called. */
function counting(): { session: Session; calls: string[] } {
  const calls: string[] = [];
  const operation = (name: string) => async () => void calls.push(name);
  const stack = { preview: operation("preview"), up: operation("up") };
  return { session: { stack, target: { root: "." } } as unknown as Session, calls };
}

test("a run that was asked to end begins no further operation", async () => {
  const said: string[] = [];
  interrupt = new Interrupt((message) => said.push(message));
  const { session, calls } = counting();
  const options = { report: () => {}, interrupt, policyPacks: [] };
  await operate(session, "preview", options);
  process.emit("SIGTERM", "SIGTERM");
  expect(interrupt.asked.aborted).toBe(true);
  await expect(operate(session, "up", options)).rejects.toMatchObject({
    code: 130,
    message: "stopped before up. Run the command again to go on.",
  });
  expect(calls).toEqual(["preview"]);
  expect(said).toEqual(["stopping after what is in progress (once more: at once)"]);
});

test("a run that lost its stack tells the engine at once, and says why once", () => {
  const said: string[] = [];
  interrupt = new Interrupt((message) => said.push(message));
  interrupt.stop("another run took it over");
  interrupt.stop("again");
  expect(interrupt.signal.aborted).toBe(true);
  expect(interrupt.happened).toBe(true);
  expect(said).toEqual(["another run took it over"]);
});
