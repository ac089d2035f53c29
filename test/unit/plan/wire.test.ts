import { asset } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { collectTexts, displayWire, secretWire, unknownValue } from "../../../automation/plan/wire.ts";
import { run, Thing } from "./support.ts";

test("secrets, unknowns, references and assets are shown as what stands for them, keys sorted", async () => {
  const { resources } = await run(() => {
    const other = new Thing("other");
    new Thing("first", {
      z: [null, true, 1.5, "text"],
      other,
      file: new asset.FileAsset("./file.txt"),
      text: new asset.StringAsset("inside"),
      archive: new asset.AssetArchive({ "a.txt": new asset.StringAsset("a") }),
      a: { y: {}, x: [] },
    });
  });
  const first = resources.find(({ name }) => name === "first");
  const shown = displayWire(first?.inputs ?? {});
  expect(shown).toEqual({
    a: { x: [], y: {} },
    archive: { archive: { assets: { "a.txt": { asset: { text: "a" } } } } },
    file: { asset: { path: "./file.txt" } },
    other: "urn:pulumi:dev::shop::test:index:Thing::other",
    text: { asset: { text: "inside" } },
    z: [null, true, 1.5, "text"],
  });
  expect(Object.keys(shown as object)).toEqual(["a", "archive", "file", "other", "text", "z"]);
});

test("a secret hides what is in it, an unknown one too", () => {
  expect(displayWire({ known: secretWire({ a: 1 }), unknown: secretWire(unknownValue) })).toEqual({
    known: "[secret]",
    unknown: "[secret]",
  });
  expect(secretWire(secretWire(1))).toEqual(secretWire(1));
});

test("a signature that nobody knows is an error, never a guess", () => {
  expect(() => displayWire({ "4dabf18193072939515e22adb298388d": "new" })).toThrow("the signature new");
});

test("texts are known by whether some value marks them as secret", () => {
  const known = { secret: new Set<string>(), clear: new Set<string>() };
  collectTexts({ a: "open", b: [secretWire({ c: ["hidden", unknownValue] })], d: unknownValue }, known);
  expect([...known.clear]).toEqual(["open"]);
  expect([...known.secret]).toEqual(["hidden"]);
});
