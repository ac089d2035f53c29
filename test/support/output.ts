import { vi } from "vitest";

/** What was written to standard output and standard error. */
export interface Output {
  out: string;
  said: string;
}

/** Keeps what is written from here on, instead of showing it. `vi.restoreAllMocks` ends it. */
export function captureOutput(): Output {
  const output: Output = { out: "", said: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output.out += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    output.said += text;
    return true;
  });
  return output;
}
