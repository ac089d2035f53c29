import * as pulumi from "@pulumi/pulumi";
import { ComponentResource, type Output, output, RunError, runtime } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { displayWire } from "../../../automation/plan/wire.ts";
import { Box, run, Thing } from "./support.ts";

describe("what can't be planned", () => {
  test("wrong inputs are all reported, with the resource and the path", async () => {
    const planned = run(() => {
      new Box("corner", (parent) => {
        new Thing("big", { size: 11 }, { parent });
        new Thing("bigger", { size: 12 }, { parent });
      });
    });
    await expect(planned).rejects.toThrow(
      [
        "2 resources can't be made as declared:",
        "  corner / big (test:index:Thing)",
        "    size: must be at most 10; got 11",
        "  corner / bigger (test:index:Thing)",
        "    size: must be at most 10; got 12",
      ].join("\n"),
    );
  });

  test("one fault of many resources is told once", async () => {
    const planned = run(() => {
      for (let index = 1; index <= 7; index += 1) new Thing(`thing-${index}`, { size: 11 });
    });
    await expect(planned).rejects.toThrow(
      [
        "7 resources can't be made as declared:",
        ...[1, 2, 3, 4, 5].map((index) => `  thing-${index} (test:index:Thing)`),
        "  … and 2 more",
        "    size: must be at most 10; got 11",
      ].join("\n"),
    );
  });

  test("two resources of one URN are refused", async () => {
    const planned = run(() => {
      new Thing("twin");
      new Thing("twin");
    });
    await expect(planned).rejects.toThrow(
      'there are two resources of type test:index:Thing named "twin" under the stack: their URNs would be one. Rename one of them, or give it another parent.',
    );
  });

  test("the same name under two parents is no duplicate", async () => {
    class Shelf extends ComponentResource {
      constructor(name: string) {
        super("test:index:Shelf", name);
      }
    }
    const { resources } = await run(() => {
      new Thing("same", {}, { parent: new Shelf("shelf") });
      new Thing("same", {}, { parent: new Box("box") });
    });
    expect(resources.filter(({ name }) => name === "same")).toHaveLength(2);
  });

  test("an error meant for the author is its message, once", async () => {
    const failing = run(() => {
      throw new RunError("`region` must be one of these");
    });
    await expect(failing).rejects.toThrow(/^`region` must be one of these$/);
  });

  test("an error in an apply fails the plan, without the way it came", async () => {
    const failing = run(() => {
      const bad: Output<string> = output("x").apply(() => {
        throw new RunError("no such thing");
      });
      new Thing("second", { of: new Thing("first", { bad }).label });
    });
    await expect(failing).rejects.toThrow(/^no such thing$/);
  });

  test("an error nobody meant is named as one, and says how to find it", async () => {
    const failing = run(() => JSON.parse("{"));
    await expect(failing).rejects.toThrow(
      /^the program failed with SyntaxError: .* \(SLIPWAY_TRACE=1 shows where it was raised\)$/,
    );
  });

  test("a rejection that nobody looks at fails the plan", async () => {
    const failing = run(() => {
      void Promise.reject(new RunError("left alone"));
    });
    await expect(failing).rejects.toThrow(/^left alone$/);
  });

  test("an error that is logged fails the plan, a warning is told", async () => {
    await expect(run(() => void pulumi.log.error("out of stock"))).rejects.toThrow(/^out of stock$/);
    const { messages } = await run(() => void pulumi.log.warn("low on stock"));
    expect(messages).toEqual([{ severity: "warning", text: "low on stock" }]);
  });

  test("wrong arguments of a function are told with its token", async () => {
    const failing = run(() => ({ result: runtime.invokeOutput("test:index:double", { number: "x" }) }));
    await expect(failing).rejects.toThrow("test:index:double: `number` must be a number");
  });

  test("transforms by the engine are refused, with what to do", async () => {
    const failing = run(() => {
      new Thing("first", {}, { transforms: [() => undefined] });
    });
    await expect(failing).rejects.toThrow("Use `slipway preview`");
  });

  test("types and functions without a model are planned, and said so", async () => {
    class Strange extends pulumi.CustomResource {
      declare readonly address: Output<string>;
      constructor(name: string, args: Record<string, unknown>) {
        super("other:index:Strange", name, { address: undefined, ...args });
      }
    }
    const { outputs, notes } = await run(() => ({
      address: new Strange("one", { size: 100 }).address,
      answer: runtime.invokeOutput("other:index:ask", {}),
    }));
    expect(displayWire(outputs)).toEqual({ address: "[unknown]", answer: "[unknown]" });
    expect(notes).toEqual([
      "nothing is known here of other:index:Strange: its inputs are not checked, its outputs are unknown",
      "nothing is known here of the function other:index:ask: its result is unknown",
    ]);
  });
});
