export { pulumiCommand } from "./command.ts";
export { showBytes } from "./disk.ts";
export type { Engine } from "./engine.ts";
export { engineVersion } from "./engine.ts";
export { ensureEngine } from "./ensure.ts";
export { engineEnvironment, languageHostEnvironment, preparePassphrase } from "./environment.ts";
export { NoEngineError } from "./errors.ts";
export { findEngine, lookForEngine } from "./find.ts";
export { type EngineFacts, inspectEngine } from "./inspect.ts";
