import type { Sample } from "./source.ts";

/** A metric's value now, with the metric's name. */
export interface NamedSample extends Sample {
  readonly name: string;
}

/** A sample of either format: braces may stand in a label's value, and OpenMetrics adds an exemplar behind `#`. */
const LINE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\})?\s+([^\s#]+)(?:\s+-?\d[\d.eE+-]*)?(?:\s+#.*)?\s*$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/gs;

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => (character === "n" ? "\n" : character));
}

/** The values in Prometheus' text format, or OpenMetrics'; comments, and what is no number, are left out. */
export function readExposition(text: string): NamedSample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value = ""] = LINE.exec(line) ?? [];
    const number = Number(value);
    if (name === undefined || !Number.isFinite(number)) return [];
    const pairs = [...labels.matchAll(LABEL)].map(([, label = "", of = ""]) => [label, unescaped(of)]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: number }];
  });
}
