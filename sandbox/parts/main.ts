import { parseArgs } from "node:util";
import { makeParts, PARTS, type Part, partsNamed } from "./parts.ts";

/** `npm run parts -- [NAME…] [--list]`: makes what tests need, where it is missing. */

const USAGE = `Usage: npm run parts -- [NAME...] [--list]

Makes what tests need where it is missing: all parts, or those that are named.
What is made is kept for later runs in ~/.cache/slipway, or in the folder that SLIPWAY_CACHE names.

Parts:
${PARTS.map(({ name, what }) => `  ${name.padEnd(12)}${what}`).join("\n")}

Examples:
  $ npm run parts
  $ npm run parts kubernetes
  $ npm run parts -- --list`;

async function main(): Promise<number> {
  let parts: readonly Part[];
  let flags: { list?: boolean | undefined; help?: boolean | undefined };
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { list: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    flags = values;
    parts = partsNamed(positionals);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 2;
  }
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  if (flags.list) {
    for (const part of parts) {
      console.log(`${part.name.padEnd(12)}${(await part.find()) ?? `missing: npm run parts ${part.name}`}`);
    }
    return 0;
  }
  const failed = await makeParts(parts, console.error, console.log);
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Error) || error.name !== "InterruptedError") throw error;
  console.error(error.message);
  process.exitCode = 130;
}
