export { showBytes } from "./disk.ts";
export type { Engine, EngineOrigin } from "./engine.ts";
export { engineVersion, minimumVersion } from "./engine.ts";
export { ensureEngine } from "./ensure.ts";
export { engineEnvironment, preparePassphrase } from "./environment.ts";
export { NoEngineError } from "./errors.ts";
export { type FindOptions, findEngine, lookForEngine } from "./find.ts";
export { type EngineFacts, inspectEngine } from "./inspect.ts";
