import { defineConfig } from "vitest/config";

const node = { environment: "node" as const };

export default defineConfig({
  test: {
    projects: [
      {
        // Pure functions and single services, each on a server of its own on port 0.
        test: {
          ...node,
          name: "unit",
          include: ["test/{events,functions,containers,local,cli,docs,bench}/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The synthesized template.
        test: {
          ...node,
          name: "infra",
          include: ["test/infra/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Files that mean harm, or have come to some.
        test: {
          ...node,
          name: "hostile",
          include: ["test/hostile/**/*.test.ts"],
          // Two processes analyze; more files in waiting would only lie in memory.
          maxConcurrency: 3,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The whole system, as users start it.
        test: {
          ...node,
          name: "e2e",
          setupFiles: ["test/e2e/support/record-decisions.ts"],
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // The console's pages in a real browser, against one system for all of them.
        test: {
          ...node,
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: "test/browser/support/start-system.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        // The whole system while it is made to fail.
        test: {
          ...node,
          // After all others: it takes both cores for itself.
          sequence: { groupOrder: 1 },
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          testTimeout: 1_200_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
