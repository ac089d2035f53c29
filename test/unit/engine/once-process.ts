// One process of once.test.ts: `node once-process.ts <folder> <name>`. Makes the folder as slowly as the test wants.

import { existsSync } from "node:fs";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { untilInterrupted } from "../../../sandbox/engine/interrupt.ts";
import { makeOnce } from "../../../sandbox/engine/once.ts";

const [folder, name] = process.argv.slice(2);
if (!folder || !name) throw new Error("Usage: node once-process.ts <folder> <name>");
const outside = dirname(dirname(folder));

await untilInterrupted((signal) =>
  makeOnce({
    folder,
    what: "the thing",
    report: (message) => console.log(message),
    signal,
    make: async (work, stopped) => {
      await appendFile(join(outside, "makers"), `${name}\n`);
      await mkdir(join(work, "result"), { recursive: true });
      await writeFile(join(work, "result", "half"), "");
      while (!existsSync(join(outside, "go-on"))) {
        if (stopped.aborted) throw new Error("stopped");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await writeFile(join(work, "result", "whole"), name);
    },
  }),
);
console.log("done");
