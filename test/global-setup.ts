import type { TestProject } from "vitest/node";
import { ensureEngine, NoEngineError } from "../sandbox/engine/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Why there is no engine; empty when there is one. */
    engineProblem: string;
  }
}

/** Gets an engine, with progress, before the first test. Without one only the tests that need it fail, and say why. */
export default async function setup(project: TestProject): Promise<void> {
  try {
    await ensureEngine({ report: (message) => console.log(message) });
    project.provide("engineProblem", "");
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    console.error(error.message);
    project.provide("engineProblem", error.message);
  }
}
