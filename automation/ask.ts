import { createInterface } from "node:readline/promises";

/** Asks the person at the terminal; Ctrl-C and Ctrl-D answer with nothing. @returns the answer, trimmed */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const cancel = new AbortController();
  lines.once("close", () => cancel.abort());
  try {
    return (await lines.question(question, { signal: cancel.signal })).trim();
  } catch {
    process.stderr.write("\n");
    return "";
  } finally {
    lines.close();
  }
}
