import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Gets the Pulumi engine before any test starts, so that nothing is built inside a test's time-out.
    globalSetup: ["test/global-setup.ts"],
    pool: "forks",
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
});
