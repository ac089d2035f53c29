import { expect, test } from "vitest";
import { runDeploy } from "../../../automation/deploy/run.ts";

test.each(["up", "refresh", "destroy"] as const)(
  "%s with nobody to ask is refused before anything is begun",
  async (command) => {
    const listeners = process.listenerCount("SIGTERM");
    await expect(runDeploy(process.cwd(), command, { stack: "production" })).rejects.toMatchObject({
      code: 2,
      message: `nobody can be asked here: add --yes to ${command} the stack "production".`,
    });
    expect(process.listenerCount("SIGTERM")).toBe(listeners);
  },
);
