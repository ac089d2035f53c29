import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

/** Each life loads the same code: the first compiles it for all. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };

const CHILD = fileURLToPath(new URL("../../support/rollout/crash-child.ts", import.meta.url));

/** What lives of drivers said, one after another, until one was not killed: it got to the end before its moment came. */
async function lives(illAt: string): Promise<{ readonly ends: readonly object[]; readonly whole: object }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-crash-"));
  const ends: object[] = [];
  let moves = "0";
  try {
    for (let life = 1; ; life += 1) {
      const args = [CHILD, folder, String(life), moves, illAt];
      const { stdout, signal } = await run(process.execPath, args, { env }).then(
        ({ stdout }) => ({ stdout, signal: null }),
        (error: { stdout: string; stderr: string; signal: string | null }) => {
          if (error.signal !== "SIGKILL") throw new Error(error.stderr);
          return error;
        },
      );
      const said = stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { moves?: number });
      const begins = said.findIndex((line) => line.moves !== undefined);
      ends.push(...said.slice(0, begins));
      moves = String(said[begins]?.moves);
      if (signal === null) return { ends, whole: said[begins + 1] ?? {} };
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.concurrent.each([
  ["promoted", "", { outcome: "promoted", stable: "candidate", weights: [20, 100] }],
  ["taken back", "100", { outcome: "rolled-back", stable: "as before", weights: [20, 100, 0] }],
])(
  "OS-08 a release that is %s: a driver killed at any write is gone on with, to the same weights and the same end",
  async (_outcome, illAt, expected) => {
    const { ends, whole } = await lives(illAt);
    expect(whole).toEqual({ ...expected, takenOver: 0 });
    const begun = ends.filter((end) => !("outcome" in end && end.outcome === "not begun"));
    expect(begun.length).toBeGreaterThan(20);
    expect(new Set(begun.map((end) => JSON.stringify(end)))).toEqual(
      new Set([JSON.stringify({ ...expected, takenOver: 1 })]),
    );
  },
  120_000,
);
