import { Config, interpolate, output, RunError, secret } from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shownPlan } from "../../../automation/plan/formats/shown.ts";
import { planRun } from "../../../automation/plan/plan.ts";
import { Redactor } from "../../../automation/plan/redact.ts";
import { formats, planFiles, report } from "../../../automation/plan/report.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";
import { judges } from "./example.ts";
import { run, Thing } from "./support.ts";

/** Texts that are nothing but themselves in a plan: long enough, and of characters that no format escapes. */
const secretText = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);
/** Texts with everything that formats escape in them. */
const awkward = fc
  .tuple(secretText, fc.constantFrom("\"'", "<b>&", "\\n\n", "|`*", "$&", "[x]"))
  .map(([text, odd]) => `${text}${odd}${text}`);

/** Everything that leaves the process: each format and each file. */
function everything(plan: PlanResult): string[] {
  return [...formats.map((format) => report(plan, format, true)), ...planFiles(shownPlan(plan)).values()];
}

describe("a secret never leaves the process in the clear", () => {
  test("from configuration or a program, in inputs, outputs, and what is made of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(secretText, awkward), secretText, async (value, configured) => {
        const planned = await run(
          () => {
            const hidden = secret(value);
            const fromConfig = new Config().requireSecret("token");
            const thing = new Thing("first", {
              hidden,
              nested: { list: ["plain", hidden, { deep: interpolate`https://user:${hidden}@host` }] },
              keyed: output(hidden).apply((text) => ({ [text]: text })),
              fromConfig,
            });
            new Thing("second", {
              copy: (thing as unknown as Record<string, unknown>).hidden,
              length: hidden.apply((text) => text.length),
            });
            console.log("printed", value, configured);
            return { hidden, wrapped: { list: [fromConfig] } };
          },
          { config: { "shop:token": configured }, secretKeys: ["shop:token"] },
        );
        for (const text of everything(planRun(planned, judges))) {
          for (const form of [value, configured, JSON.stringify(value).slice(1, -1)])
            expect(text).not.toContain(form);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("nor in the message of an error that quotes it", async () => {
    await fc.assert(
      fc.asyncProperty(secretText, async (value) => {
        const failing = run(() => {
          const hidden = secret(value);
          const registered = new Thing("first", { hidden }).urn;
          return registered.apply(() =>
            hidden.apply((text) => {
              throw new RunError(`"${text}" is too short`);
            }),
          );
        });
        await expect(failing).rejects.toThrow(/^"\[secret\]" is too short$/);
      }),
      { numRuns: 5 },
    );
  });

  test("nor in what a policy says of it", async () => {
    const planned = await run(
      () => void new Thing("first", { hidden: secret("correcthorsebattery"), color: "red" }),
    );
    const quoting = judges.map((pack) => ({
      ...pack,
      policies: pack.policies.map((policy) => ({
        ...policy,
        check: () => [{ message: "found correcthorsebattery" }],
      })),
    }));
    const plan = planRun(planned, quoting);
    expect(plan.policy.results.map(({ message }) => message)).toContain("found [secret]");
    for (const text of everything(plan)) expect(text).not.toContain("correcthorsebattery");
  });
});

describe("taking secrets out of messages", () => {
  const redactor = (secrets: string[], clear: string[] = []) =>
    new Redactor({ secret: new Set(secrets), clear: new Set(clear) });

  test("takes the longest first, and every occurrence", () => {
    expect(redactor(["abcdefgh", "abcdefghijkl"]).text("abcdefghijkl, abcdefgh, abcdefghijkl")).toBe(
      "[secret], [secret], [secret]",
    );
  });

  test("leaves what is too short to be told from a word, and what is stated in the clear", () => {
    expect(redactor(["short", "production"], ["production"]).text("short production")).toBe(
      "short production",
    );
  });

  test("takes every text literally", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (text) => {
        fc.pre(!"[secret]".includes(text));
        expect(redactor([text]).text(`before ${text} after`)).toBe("before [secret] after");
      }),
    );
  });

  test("learns as more become known", () => {
    const known = { secret: new Set(["first-secret"]), clear: new Set<string>() };
    const learning = new Redactor(known);
    expect(learning.text("first-secret second-secret")).toBe("[secret] second-secret");
    known.secret.add("second-secret");
    expect(learning.text("first-secret second-secret")).toBe("[secret] [secret]");
  });
});
