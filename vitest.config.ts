import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Gets the Pulumi engine before any test starts, so that nothing is built inside a test's time-out.
    globalSetup: ["test/global-setup.ts"],
    pool: "forks",
    // Most of the long ones wait for servers; by itself vitest leaves a core free.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
