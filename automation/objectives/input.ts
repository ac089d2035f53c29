import { readFileSync, statSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { CommandFailure } from "../exit.ts";
import { UsageError } from "../plan/errors.ts";

/** A text, and how it is called in messages. */
export interface Input {
  readonly file: string;
  readonly text: string;
}

/** Standard input, on the command line. */
const STDIN = "-";

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CommandFailure(`${file} is no text in UTF-8.`);
  }
}

/**
 * Reads a file, or standard input.
 * @throws UsageError where there is none, CommandFailure where it is no text
 */
export async function readInput(
  name: string,
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean } = process.stdin,
): Promise<Input> {
  if (name === STDIN) {
    if (stdin.isTTY === true) {
      throw new UsageError(
        '"-" reads standard input, and nothing is piped there: `cat slo.yaml | slipway objectives import -`',
      );
    }
    return { file: "stdin", text: decoded(await buffer(stdin), "stdin") };
  }
  if (statSync(name, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError(`there is no file "${name}"; "-" reads standard input`);
  }
  return { file: name, text: decoded(readFileSync(name), name) };
}
