import { existsSync, readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { EXIT } from "../exit.ts";
import { UsageError } from "../plan/errors.ts";
import { longestMarkdown } from "../plan/formats/markdown.ts";
import { withProgress } from "../plan/progress.ts";
import { writeComment } from "./github.ts";
import { commentTarget } from "./target.ts";

/** What a plan's, or a check's, Markdown begins with. */
const MARKER = /^<!-- slipway-[a-z]+: .+ -->$/;

/**
 * `slipway comment`: puts a report on a pull request, or updates it there; gives the exit code.
 * @throws UsageError, CommandFailure
 */
export async function runComment(
  file: string,
  flags: { readonly repository?: string; readonly pullRequest?: string },
): Promise<number> {
  const target = commentTarget(flags, process.env);
  const body = await textOf(file);
  const [marker = ""] = body.split("\n", 1);
  if (!MARKER.test(marker))
    throw new UsageError(
      `${file} is no report: its first line must be a marker such as <!-- slipway-plan: shop/production -->, by which it is found again. --format markdown writes one.`,
    );
  if (body.length > longestMarkdown)
    throw new UsageError(`${file} has ${body.length} characters; GitHub takes ${longestMarkdown}`);
  const { action, url } = await withProgress("commenting", () => writeComment(target, marker, body));
  process.stdout.write(`${action}: ${url}\n`);
  return EXIT.ok;
}

async function textOf(file: string): Promise<string> {
  if (file === "-") return await readAll(process.stdin);
  if (!existsSync(file)) throw new UsageError(`there is no file "${file}"; "-" reads standard input`);
  return readFileSync(file, "utf8");
}
