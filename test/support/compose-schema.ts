import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/**
 * The schema of the compose specification as Docker Compose 2.32 has it (`github.com/compose-spec/compose-go/v2` v2.4.7,
 * `schema/compose-spec.json`, Apache-2.0): an older one than the newest, so that what passes it needs no newest program.
 */
const text = readFileSync(new URL("compose-spec.json", import.meta.url), "utf8");

/** The same in the words of the one draft that zod follows references in. */
const { definitions, $schema: _draft, ...rest } = JSON.parse(text.replaceAll("#/definitions/", "#/$defs/"));
const schema = z.fromJSONSchema({ ...rest, $defs: definitions });

/** What the schema has against a compose file; empty where it takes it. */
export function composeProblems(file: string): string[] {
  const { error } = schema.safeParse(parse(file));
  return error === undefined ? [] : error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}
