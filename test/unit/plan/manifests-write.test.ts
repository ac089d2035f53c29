import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFiles } from "../../../automation/plan/write.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** All files but the list, by path. */
function there(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".slipway-files")
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

const files = (...paths: string[]) => new Map(paths.map((path) => [path, `text of ${path}\n`]));

describe("the folder of --out", () => {
  test("loses what an earlier run wrote and this one doesn't, and the folders empty without it", () => {
    expect(writeFiles(folder, files("plan.md", "kubernetes/a/b.yaml", "kubernetes/c/d.yaml"))).toEqual([]);
    expect(writeFiles(folder, files("plan.md", "kubernetes/c/e.yaml"))).toEqual([]);
    expect(there()).toEqual(["kubernetes/c/e.yaml", "plan.md"]);
    expect(existsSync(join(folder, "kubernetes/a"))).toBe(false);
  });

  test("keeps what others put there, also beside what goes", () => {
    put("kubernetes/a/theirs.yaml", "x");
    writeFiles(folder, files("kubernetes/a/b.yaml"));
    writeFiles(folder, files("plan.md"));
    expect(there()).toEqual(["kubernetes/a/theirs.yaml", "plan.md"]);
  });

  test("keeps what somebody changed since, and says so until it is gone", () => {
    writeFiles(folder, files("kubernetes/a/b.yaml"));
    put("kubernetes/a/b.yaml", "mine now");
    for (let round = 0; round < 2; round++) {
      expect(writeFiles(folder, files("plan.md"))).toEqual([
        expect.stringMatching(/^kubernetes\/a\/b\.yaml is of an earlier plan .* changed by hand/),
      ]);
    }
    expect(readFileSync(join(folder, "kubernetes/a/b.yaml"), "utf8")).toBe("mine now");
    rmSync(join(folder, "kubernetes/a/b.yaml"));
    expect(writeFiles(folder, files("plan.md"))).toEqual([]);
  });

  test("is the same after a second run of the same plan", () => {
    writeFiles(folder, files("plan.md", "kubernetes/a/b.yaml"));
    const list = readFileSync(join(folder, ".slipway-files"), "utf8");
    writeFiles(folder, files("kubernetes/a/b.yaml", "plan.md"));
    expect(readFileSync(join(folder, ".slipway-files"), "utf8")).toBe(list);
    expect(list).toMatch(/^[0-9a-f]{64} {2}kubernetes\/a\/b\.yaml\n$/);
    writeFiles(folder, files("plan.md"));
    expect(readdirSync(folder)).toEqual(["plan.md"]);
  });

  test("a list that names files outside is not followed", () => {
    writeFiles(folder, files("inside/list.txt"));
    put("precious", "text of plan.md\n");
    const [sum = ""] = /^[0-9a-f]+/.exec(readFileSync(join(folder, ".slipway-files"), "utf8")) ?? [];
    put("precious", "text of inside/list.txt\n");
    const out = join(folder, "out");
    for (const path of ["../precious", "a/../../precious", join(folder, "precious"), "./../precious"]) {
      put("out/.slipway-files", `${sum}  ${path}\n`);
      writeFiles(out, files("plan.md"));
      expect(existsSync(join(folder, "precious")), path).toBe(true);
    }
  });
});
