/** Text that is no Prometheus text format, version 0.0.4. Never quotes the text. */
export class MetricsTextError extends Error {
  constructor(line: number, problem: string) {
    super(`line ${line} ${problem}`);
    this.name = "MetricsTextError";
  }
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*\s*=\s*"(?:[^"\\\n]|\\.)*"`;
const VALUE = String.raw`(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN)`;
// No two of its blanks adjoin: a hostile line takes no longer than its length.
const SAMPLE = new RegExp(
  String.raw`^${NAME}(?:\s*\{\s*(?:${LABEL}\s*(?:,\s*|(?=\})))*\})?\s+${VALUE}(?:\s+-?\d+)?\s*$`,
);
const HELP = new RegExp(String.raw`^#\s+HELP\s+${NAME}(?:\s.*)?$`);
const TYPE = new RegExp(String.raw`^#\s+TYPE\s+${NAME}\s+(?:counter|gauge|histogram|summary|untyped)\s*$`);

/** How many samples a text in Prometheus' format holds. @throws MetricsTextError for a line that is none */
export function countSamples(text: string): number {
  let samples = 0;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    if (/^#\s+HELP\s/.test(line)) {
      if (!HELP.test(line)) throw new MetricsTextError(index + 1, "is no HELP line");
    } else if (/^#\s+TYPE\s/.test(line)) {
      if (!TYPE.test(line)) throw new MetricsTextError(index + 1, "is no TYPE line");
    } else if (!line.startsWith("#")) {
      if (!SAMPLE.test(line)) throw new MetricsTextError(index + 1, "is no sample");
      samples += 1;
    }
  }
  return samples;
}
