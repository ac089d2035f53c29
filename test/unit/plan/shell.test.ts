import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withProgress } from "../../../automation/plan/progress.ts";
import { writeFiles } from "../../../automation/plan/write.ts";

describe("writing files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-write-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("makes folders, replaces what was there, leaves nothing else", () => {
    writeFiles(join(folder, "out"), new Map([["a.txt", "old"]]));
    writeFiles(
      join(folder, "out"),
      new Map([
        ["a.txt", "new"],
        ["deep/b.txt", "b"],
      ]),
    );
    expect(readFileSync(join(folder, "out", "a.txt"), "utf8")).toBe("new");
    expect(readFileSync(join(folder, "out", "deep", "b.txt"), "utf8")).toBe("b");
    expect(readdirSync(join(folder, "out")).sort()).toEqual([".slipway-files", "a.txt", "deep"]);
  });

  test("that fails leaves what was there, and no half of anything", () => {
    mkdirSync(join(folder, "b.txt"));
    writeFileSync(join(folder, "b.txt", "inside"), "");
    expect(() =>
      writeFiles(
        folder,
        new Map([
          ["a.txt", "a"],
          ["b.txt", "b"],
        ]),
      ),
    ).toThrow();
    expect(readdirSync(folder).sort()).toEqual(["a.txt", "b.txt"]);
    expect(readdirSync(join(folder, "b.txt"))).toEqual(["inside"]);
  });
});

describe("progress", () => {
  const written: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    written.length = 0;
    vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const lasting = (milliseconds: number) =>
    withProgress(
      "planning",
      () => new Promise<string>((resolve) => setTimeout(() => resolve("done"), milliseconds)),
    );

  test("says nothing of work that is done within two seconds", async () => {
    const work = lasting(1900);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await work).toBe("done");
    expect(written).toEqual([]);
  });

  test("says what is going on, and for how long, of work that lasts", async () => {
    const work = lasting(13_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await work).toBe("done");
    expect(written).toEqual(["planning: 2 s\n", "planning: 12 s\n"]);
  });

  test("ends with work that fails", async () => {
    const work = withProgress("planning", async () => {
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(written).toEqual([]);
  });
});
