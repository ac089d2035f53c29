import { createInterface } from "node:readline/promises";

/**
 * Asks the person at the terminal; Ctrl-C and Ctrl-D answer with nothing, and so does `signal`.
 * @returns the answer, trimmed
 */
export async function ask(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const cancel = new AbortController();
  lines.once("close", () => cancel.abort());
  const either = signal === undefined ? cancel.signal : AbortSignal.any([cancel.signal, signal]);
  try {
    return (await lines.question(question, { signal: either })).trim();
  } catch {
    process.stderr.write("\n");
    return "";
  } finally {
    lines.close();
  }
}
