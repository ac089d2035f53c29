import { expect, test } from "vitest";
import { compareVersions, parseVersion } from "../../../sandbox/engine/version.ts";

test.each([
  ["v3.259.0\n", "3.259.0"],
  ["3.259.0", "3.259.0"],
  ["v3.260.0-alpha.1759+dirty", "3.260.0-alpha.1759+dirty"],
  ["warning: a new version is there\nv3.230.1\n", "3.230.1"],
  ["", undefined],
  ["dev", undefined],
  ["v3", undefined],
])("the version in %j is %j", (output, version) => {
  expect(parseVersion(output)).toBe(version);
});

test.each([
  ["3.219.9", "3.220.0", -1],
  ["3.220.0", "3.220.0", 0],
  ["3.220.0-dev.1", "3.220.0", 0],
  ["3.1000.0", "3.220.0", 1],
  ["4.0.0", "3.220.0", 1],
])("%s against %s is %i", (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
});

test("what is not a version is refused by name", () => {
  expect(() => compareVersions("newest", "3.220.0")).toThrow('Not a version: "newest"');
});
