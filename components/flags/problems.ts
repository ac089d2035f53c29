import { valueProblem } from "./catalogue.ts";
import type { Flag, Setting } from "./flag.ts";
import { catalogueEntry, type Declared, declaredText, type FlagsPlan, planFlags } from "./plan.ts";

/** Bytes that Kubernetes allows an object's data. */
const MOST_DATA = 2 ** 20;

/** Bytes of what flags say of themselves: an object's annotations have 256 KiB, and others annotate it, too. */
const MOST_NOTES = 192 * 2 ** 10;

/** Everything that is wrong with flags and settings, each with its name. */
export function flagsProblems(flags: Declared, settings: Declared): string[] {
  const twice = Object.keys(flags)
    .filter((name) => name in settings)
    .map((name) => `"${name}" is a flag and a setting; remove one`);
  const each = [...Object.entries(flags), ...Object.entries(settings)].flatMap(([name, declared]) =>
    [nameProblem(name), ...declarationProblems(name, declared)]
      .filter((problem) => problem !== undefined)
      .map((problem) => `${name}: ${problem}`),
  );
  const problems = [...twice, ...each];
  return problems.length > 0 ? problems : sizeProblems(planFlags(flags, settings));
}

function nameProblem(name: string): string | undefined {
  if (name === "FLAGS_DIR") return "the name is taken: it tells the application where its flags are";
  if (name.length <= 253 && /^[A-Z][A-Z0-9_]*$/.test(name)) return undefined;
  return `"${name}" is no flag's name: use capitals, digits and "_", a letter first, 253 characters at most`;
}

/** Names that a secret's text would have; a switch or a length of time called so is none. */
const SECRET_NAME = /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRETS?|TOKEN|KEY|APIKEY|CREDENTIALS?|DSN)(_|$)/;

/** Units that a name promises. */
const PROMISED: readonly (readonly [RegExp, Setting["kind"]])[] = [
  [/_(MS|MILLIS|MILLISECONDS)$/, "milliseconds"],
  [/_(S|SECS?|SECONDS)$/, "seconds"],
  [/_BYTES$/, "bytes"],
];

function declarationProblems(name: string, declared: Flag | Setting): (string | undefined)[] {
  const unexplained =
    declared.why.trim() === ""
      ? "why: say what it decides, for whoever stands before it at night"
      : undefined;
  if (declared.kind === "choice") return [unexplained, choiceProblem(declared)];
  if (declared.kind === "text")
    return [unexplained, secretProblem(name, declared.value), textProblem(declared)];
  if (declared.kind === "switch") return [unexplained];
  const promised = PROMISED.find(([form]) => form.test(name))?.[1];
  const misnamed =
    promised === undefined || promised === declared.kind
      ? undefined
      : `kind: the name promises ${promised}, and it is given in ${declared.kind}; change one of them`;
  return [unexplained, misnamed, boundsProblem(declared), textProblem(declared)];
}

function choiceProblem({ of, default: preset }: Extract<Flag, { kind: "choice" }>): string | undefined {
  const wrong = of.find((word) => !/^[\w.:/-]+$/.test(word));
  if (wrong !== undefined) return `of: "${wrong}" must be letters, digits, "_", ".", ":", "/" or "-"`;
  if (of.length < 2 || new Set(of).size < of.length) {
    return `of: [${of.join(", ")}] must be two different words or more`;
  }
  return of.includes(preset) ? undefined : `default: "${preset}" must be one of ${of.join(", ")}`;
}

function secretProblem(name: string, value: string): string | undefined {
  const looks = SECRET_NAME.test(name) || /:\/\/[^/@\s]*:[^/@\s]+@/.test(value);
  return looks
    ? "it looks like a secret, and everybody who may read ConfigMaps would read it: declare a Secret, and mount it by `secrets`"
    : undefined;
}

function boundsProblem(setting: Extract<Setting, { min?: unknown }>): string | undefined {
  try {
    const { min = 0, max = Number.POSITIVE_INFINITY } = catalogueEntry(setting);
    return min <= max ? undefined : `min: ${setting.min} must not be more than max, ${setting.max}`;
  } catch {
    return undefined; // Told with the value's own problem, below.
  }
}

function textProblem(setting: Setting): string | undefined {
  try {
    const problem = valueProblem(catalogueEntry(setting), declaredText(setting));
    return problem === undefined ? undefined : `value: ${problem}`;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function sizeProblems({ data, catalogue }: FlagsPlan): string[] {
  const bytes = (text: string) => Buffer.byteLength(text);
  const size = Object.entries(data).reduce((sum, [name, text]) => sum + bytes(name) + bytes(text), 0);
  const notes = bytes(JSON.stringify(catalogue));
  return [
    ...(size > MOST_DATA ? [`flags: ${size} bytes in all; Kubernetes takes ${MOST_DATA}`] : []),
    ...(notes > MOST_NOTES
      ? [
          `flags: what they say of themselves takes ${notes} bytes; there is room for ${MOST_NOTES}: shorten \`why\` and \`off\``,
        ]
      : []),
  ];
}
