import { resolve } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ledgerAddressProblem, ledgerPlace } from "../../../components/release/stores/address.ts";
import { openLedger } from "../../../components/release/stores/open.ts";

test.each([
  ["file:.slipway/ledger.json", { kind: "file", path: ".slipway/ledger.json" }],
  ["file:/var/lib/slipway/ledger.json", { kind: "file", path: "/var/lib/slipway/ledger.json" }],
  ["file:///var/lib/slipway/ledger.json", { kind: "file", path: "/var/lib/slipway/ledger.json" }],
  ["file:../ledger of shop.json", { kind: "file", path: "../ledger of shop.json" }],
  ["gs://shop-releases/production.json", { kind: "gcs", bucket: "shop-releases", object: "production.json" }],
  ["gs://shop.example.com/a/b c/x.json", { kind: "gcs", bucket: "shop.example.com", object: "a/b c/x.json" }],
  ["kubernetes://shop/release-ledger", { kind: "config-map", namespace: "shop", name: "release-ledger" }],
  ["kubernetes://s/a.b-c", { kind: "config-map", namespace: "s", name: "a.b-c" }],
])("%s is an address of a ledger", (address, place) => {
  expect(ledgerPlace(address)).toEqual(place);
  expect(ledgerAddressProblem(address)).toBeUndefined();
  expect(openLedger(address).address).toBe(address);
});

test.each([
  "",
  "ledger.json",
  "file:",
  "file:folder/",
  "file:..",
  "file:a/.",
  "file:~/ledger.json",
  "file://host/ledger.json",
  "s3://shop-releases/production.json",
  "gs://shop-releases",
  "gs://shop-releases/production",
  "gs://shop-releases/.json/",
  "gs://shop-releases//production.json",
  "gs://Shop/production.json",
  "gs://shop-releases/production.json#12",
  "kubernetes://shop",
  "kubernetes://Shop/ledger",
  "kubernetes://shop/led_ger",
  "kubernetes://shop/ledger/more",
  " gs://shop-releases/production.json",
])("%j is none, and the forms are listed", (address) => {
  expect(ledgerAddressProblem(address)).toBe(`"${address}" is no address of a ledger; write one of
  file:PATH                   a file, for one machine; relative to the stack file's folder: file:.slipway/ledger.json
  gs://BUCKET/PATH.json       an object in Google Cloud Storage: gs://shop-releases/production.json
  kubernetes://NAMESPACE/NAME a ConfigMap: kubernetes://shop/release-ledger`);
  expect(() => openLedger(address)).toThrow(ledgerAddressProblem(address));
});

test("a file is looked for in the folder that is named, and nowhere else", async () => {
  const store = openLedger("file:no/such/ledger.json", { folder: "test" });
  await expect(store.write({ schemaVersion: 2 } as never, undefined)).rejects.toThrow(
    `(${resolve("test/no/such/ledger.json")})`,
  );
});

test("no text makes it throw, and what it takes it opens", () => {
  const scheme = fc.constantFrom("file:", "gs://", "kubernetes://", "");
  fc.assert(
    fc.property(scheme, fc.string({ unit: "binary-ascii" }), (begin, rest) => {
      const address = `${begin}${rest}`;
      if (ledgerAddressProblem(address) === undefined) expect(openLedger(address).address).toBe(address);
      else expect(ledgerPlace(address)).toBeUndefined();
    }),
  );
});
