import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { policyPages } from "../../../automation/plan/pages.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-pages-"));
afterAll(() => rmSync(root, { recursive: true }));

function stated(repository?: unknown): void {
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "slipway", repository }));
}

const workflow = {
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "shop/infrastructure",
  GITHUB_WORKSPACE: root,
};
const pages = "https://github.com/shop/slipway/blob/HEAD/docs/policies";

describe("the policies' pages are", () => {
  test.each([
    ["https://github.com/shop/slipway"],
    ["git+https://github.com/shop/slipway.git"],
    ["git@github.com:shop/slipway.git"],
    ["ssh://git@github.com/shop/slipway.git"],
  ])("in the repository that package.json states: %s", (url) => {
    for (const repository of [url, { type: "git", url }]) {
      stated(repository);
      expect(policyPages(root, workflow)).toBe(pages);
    }
  });

  test("else in the one that a workflow runs in, if it is this checkout; else nobody knows", () => {
    stated();
    expect(policyPages(root, workflow)).toBe(
      "https://github.com/shop/infrastructure/blob/HEAD/docs/policies",
    );
    expect(policyPages(root, { ...workflow, GITHUB_WORKSPACE: tmpdir() })).toBeUndefined();
    expect(policyPages(root, {})).toBeUndefined();
  });
});
