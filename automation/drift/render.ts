import { createColors } from "picocolors";
import { counted } from "../plan/formats/words.ts";
import { shortType } from "../plan/tree.ts";
import type { PropertyChange } from "./changes.ts";
import type { BrokenPolicy, DriftedResource, DriftResult } from "./result.ts";

/** Longer values are cut in a terminal; `--json` has them whole. */
const LONGEST = 72;

function value(given: PropertyChange["before"]): string {
  if (given === undefined) return "not set";
  const text = JSON.stringify(given);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function resourceLines(
  { urn, type, name, what, properties }: DriftedResource,
  broken: readonly BrokenPolicy[],
  paint: ReturnType<typeof createColors>,
): string[] {
  const own = broken.filter(({ causes }) => causes.some((cause) => cause.urn === urn));
  return [
    `${what === "deleted" ? paint.red("-") : paint.yellow("~")} ${paint.bold(name)} ${paint.dim(shortType(type))}${what === "deleted" ? " is there no more" : ""}`,
    ...properties.map(({ path, before, now }) => `    ${path}: ${value(before)} → ${value(now)}`),
    ...own.flatMap(({ policy, blocking, message, urn: at }) => [
      `    ${blocking ? paint.red("✗") : paint.yellow("!")} breaks ${paint.bold(policy)}${at === urn || at === "" ? "" : ` of ${at.split("::").at(-1)}`}`,
      ...message.split("\n").map((line) => `      ${line}`),
    ]),
  ];
}

function headline({ drifted, broken, resources }: DriftResult): string {
  if (drifted.length === 0) return `${counted(resources, "resource")}, all as they were deployed`;
  const stops = broken.filter(({ blocking }) => blocking).length;
  const advice = broken.length - stops;
  const policies = [
    ...(stops === 0 ? [] : [`${counted(stops, "mandatory policy").replace("policys", "policies")} broken`]),
    ...(advice === 0 ? [] : [`${counted(advice, "advisory policy").replace("policys", "policies")} broken`]),
  ];
  return `${drifted.length} of ${counted(resources, "resource")} changed outside; ${policies.length === 0 ? "no policy is broken" : policies.join(", ")}`;
}

/** Drift for a terminal. */
export function driftText(result: DriftResult, color: boolean): string {
  const paint = createColors(color);
  const { drifted, broken, warnings, next, stack, sandbox } = result;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines.map((line) => `  ${line}`)];
  const stops = broken.some(({ blocking }) => blocking);
  const tone = stops ? paint.red : drifted.length === 0 ? paint.green : paint.yellow;
  return [
    ...section(
      "Changed outside",
      drifted.flatMap((resource) => resourceLines(resource, broken, paint)),
    ),
    ...section("Warnings", warnings),
    ...section(
      "Next",
      next.map(({ command, why }) => `${command}  ${paint.dim(why)}`),
    ),
    "",
    `${paint.bold(stack)}${sandbox ? " (sandbox)" : ""}: ${tone(headline(result))}`,
    "",
  ].join("\n");
}
