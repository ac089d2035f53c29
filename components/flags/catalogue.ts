/** Label of the object that holds what is declared; its value is the name of the {@link RuntimeFlags}. */
export const FLAGS_LABEL = "slipway.dev/flags";

/** Annotation of that object: each flag's {@link CatalogueEntry} by name, as JSON. */
export const CATALOGUE_ANNOTATION = "slipway.dev/flags-catalogue";

/** Label of the object that holds what operators set. No program declares it: what was flipped stays flipped. */
export const OVERRIDES_LABEL = "slipway.dev/flags-overrides";

/** Name of the object that holds what is declared. */
export const flagsObject = (name: string) => `${name}-flags`;

/** Name of the object that holds what operators set. */
export const overridesObject = (name: string) => `${name}-flags-overrides`;

/** Everything that a value may be, as it stands in the cluster beside the values. */
export interface CatalogueEntry {
  readonly kind: "switch" | "choice" | "seconds" | "milliseconds" | "count" | "bytes" | "ratio" | "text";
  readonly why: string;
  /** What flipping it does, and when to. */
  readonly off?: string;
  /** The words of a `choice`. */
  readonly of?: readonly string[];
  /** Bounds of a number, in the unit that the kind names. */
  readonly min?: number;
  readonly max?: number;
  /** The value of a setting that is read at the start only, and can't be overridden; the others' values are files. */
  readonly atStart?: string;
}

/** What each kind of number is called where one is wrong. */
const NUMBERS: Readonly<Record<string, string>> = {
  seconds: "a whole number of seconds",
  milliseconds: "a whole number of milliseconds",
  count: "a whole number",
  bytes: "a whole number of bytes",
  ratio: "a number",
};

/** What is wrong with a text as a value of an entry, or undefined. It quotes the text. */
export function valueProblem(entry: CatalogueEntry, text: string): string | undefined {
  switch (entry.kind) {
    case "switch":
      return text === "1" || text === "0" ? undefined : `${quoted(text)} must be 1 or 0`;
    case "choice":
      return entry.of?.includes(text) ? undefined : `${quoted(text)} must be one of ${entry.of?.join(", ")}`;
    case "text":
      return lineProblem(text);
    default:
      return numberProblem(entry, text);
  }
}

function numberProblem({ kind, min = 0, max }: CatalogueEntry, text: string): string | undefined {
  const form = kind === "ratio" ? /^(0|1|[01]\.\d+)$/ : /^(0|[1-9]\d*)$/;
  if (!form.test(text)) return `${quoted(text)} must be ${NUMBERS[kind]}, in digits`;
  const value = Number(text);
  const most = max ?? (kind === "ratio" ? 1 : Number.MAX_SAFE_INTEGER);
  if (value >= min && value <= most) return undefined;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${most}`;
  return `${quoted(text)} must be ${NUMBERS[kind]} ${range}`;
}

/** What is wrong with a value whose file has to be one line, or undefined. */
function lineProblem(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\u0000-\u001f\u007f]/.test(text) ? `${quoted(text)} must be one line of text` : undefined;
}

const quoted = (text: string) => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
