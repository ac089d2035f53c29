import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { LedgerError } from "../../../components/release/ledger-store.ts";
import { openLedger } from "../../../components/release/stores/open.ts";
import { ask, asked, ledgerWith, testLedgerLaws } from "../../support/ledger/laws.ts";

/** A folder of the test's own. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-ledger-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe("a ledger in a file", () => {
  testLedgerLaws(async () => {
    const folder = await temporaryFolder();
    return () => openLedger("file:releases/ledger.json", { folder });
  });

  test("is its owner's alone, in a folder that is its owner's alone where it had to be made", async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    await openLedger("file:a/b/ledger.json", { folder }).write(ledgerWith("shop/api:1"), undefined);
    expect(await modeOf(join(folder, "a"))).toBe("700");
    expect(await modeOf(join(folder, "a/b"))).toBe("700");
    expect(await modeOf(join(folder, "a/b/ledger.json"))).toBe("600");
    expect(await modeOf(folder)).toBe("755");
    expect((await readdir(join(folder, "a/b"))).toSorted()).toEqual(["ledger.json", "ledger.json.lock"]);
  });

  test("can be read by people", async () => {
    const folder = await temporaryFolder();
    await openLedger("file:ledger.json", { folder }).write(ledgerWith("shop/api:1"), undefined);
    expect(await readFile(join(folder, "ledger.json"), "utf8")).toBe(
      `${JSON.stringify(ledgerWith("shop/api:1"), undefined, 2)}\n`,
    );
  });

  test("is one ledger, whichever names lead to it", async () => {
    const folder = await temporaryFolder();
    const real = openLedger("file:real/ledger.json", { folder });
    await real.write(ledgerWith("shop/api:1"), undefined);
    await symlink(join(folder, "real"), join(folder, "folder"));
    await symlink(join(folder, "real/ledger.json"), join(folder, "link.json"));
    const ways = [
      real,
      openLedger("file:folder/ledger.json", { folder }),
      openLedger("file:link.json", { folder }),
    ];
    await Promise.all(ways.flatMap((way, n) => [1, 2, 3].map((turn) => ask(way, `${n}.${turn}`))));
    expect(await asked(real)).toHaveLength(9);
    expect((await readdir(folder)).toSorted()).toEqual(["folder", "link.json", "real"]);
  });

  test.each(["", "{", '{"schemaVersion":1}'])("is left alone where it holds %j", async (text) => {
    const folder = await temporaryFolder();
    const path = join(folder, "ledger.json");
    await writeFile(path, text);
    const store = openLedger("file:ledger.json", { folder });
    await expect(store.read()).rejects.toThrow(LedgerError);
    await expect(store.read()).rejects.toThrow(
      `the ledger file:ledger.json (${path}) holds something that is no ledger`,
    );
    expect(await store.write(ledgerWith("shop/api:1"), undefined)).toBeUndefined();
    await expect(ask(store, "ada")).rejects.toThrow(LedgerError);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test("that is a folder, or lies under a file, is refused by its path", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "ledger.json"));
    const store = openLedger("file:ledger.json", { folder });
    await expect(store.read()).rejects.toThrow(`(${join(folder, "ledger.json")}) can't be read: EISDIR`);
    await expect(store.write(ledgerWith("x"), undefined)).rejects.toThrow("can't be written: EISDIR");
    await writeFile(join(folder, "file"), "");
    const under = openLedger("file:file/ledger.json", { folder });
    await expect(under.write(ledgerWith("x"), undefined)).rejects.toThrow(/can't be written: ENOTDIR|EEXIST/);
  });

  test("whose lock is no lock is refused", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "ledger.json.lock"));
    const store = openLedger("file:ledger.json", { folder });
    await expect(store.write(ledgerWith("x"), undefined)).rejects.toThrow(
      `ledger.json.lock can't be locked: unable to open database file. A ledger in a file needs a folder that can be written to, on a file system with locks.`,
    );
  });
});
