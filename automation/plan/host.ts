import { realpathSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runtime } from "@pulumi/pulumi";
import { planCallbacks } from "./callbacks.ts";
import { type CapturedMessage, captureConsole } from "./console.ts";
import { PlanError } from "./errors.ts";
import { FailureWatch, tracing } from "./failures.ts";
import { withoutLedger } from "./ledger.ts";
import type { ResourceModels } from "./models.ts";
import { PlanMonitor, type RegisteredResource } from "./monitor.ts";
import { type ResourcePlace, repositoryOf, resourcePlaces } from "./places.ts";
import { problemsText } from "./problems.ts";
import { type ProjectSettings, readProject } from "./project.ts";
import { Redactor } from "./redact.ts";
import { resourceClass, type Store, state, waitForRegistrations } from "./sdk.ts";
import { constructionTrace } from "./source.ts";
import type { WireMap } from "./wire.ts";

/** What a program declared. */
export interface ProgramRun {
  readonly project: string;
  readonly stack: string;
  /** Sorted by URN; the stack itself and components are among them. */
  readonly resources: readonly RegisteredResource[];
  /** Where each is declared, by URN. */
  readonly places: Readonly<Record<string, ResourcePlace>>;
  /** What the program exports. */
  readonly outputs: WireMap;
  /** What a plan can't know, and what the reader should make of that. */
  readonly notes: readonly string[];
  /** What the program logged or printed, in order. */
  readonly messages: readonly CapturedMessage[];
  /** Takes secrets out of messages. */
  readonly redactor: Redactor;
}

/**
 * Runs the program of the project at `root` as a preview of a stack that isn't there yet, in this process: without an
 * engine, plugins, credentials or network.
 * @throws PlanError where the program fails or declares what can't be, UsageError where there is no such stack
 */
export async function runProgram(options: {
  readonly root: string;
  readonly stack: string;
  /** The program's entry, if not the one that Pulumi.yaml names. */
  readonly main?: string;
  /** Whether this process has nothing else to do, so that the program may have until it is idle. */
  readonly ownProcess?: boolean;
}): Promise<ProgramRun> {
  const settings = withoutLedger(readProject(options.root, options.stack, options.main));
  const { sandboxModels } = await import("./sandbox-models.ts");
  return await runDeclarations(
    settings,
    sandboxModels(settings.config),
    () => importProgram(settings.main),
    options.ownProcess,
  );
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs `program`, whose result is what it exports, under the settings of a project. Runs of one process wait for each
 * other: errors nobody catches, the console and the working directory belong to all of it.
 */
export function runDeclarations(
  settings: ProjectSettings,
  models: ResourceModels,
  program: () => Promise<unknown>,
  ownProcess = false,
): Promise<ProgramRun> {
  const run = turn.then(() => declare(settings, models, program, ownProcess));
  turn = run.catch(() => {});
  return run;
}

async function declare(
  settings: ProjectSettings,
  models: ResourceModels,
  program: () => Promise<unknown>,
  ownProcess: boolean,
): Promise<ProgramRun> {
  const monitor = new PlanMonitor(settings.stack, settings.project, models);
  const redactor = new Redactor(monitor.texts);
  const failures = new FailureWatch(redactor);
  const output = captureConsole(redactor);
  const folder = resolve(settings.root);
  const before = {
    limit: Error.stackTraceLimit,
    stackTrace: resourceClass.stackTrace,
    folder: process.cwd(),
  };
  resourceClass.stackTrace = constructionTrace;
  if (!tracing()) Error.stackTraceLimit = 0;
  try {
    if (before.folder !== folder) process.chdir(folder);
    await state.withLocalStorage(async () => {
      const store = prepare(settings, monitor);
      const work = async () => {
        await runtime.runInPulumiStack(program);
        await waitForRegistrations();
      };
      await failures.watch(store, work, ownProcess);
      // Whatever is still pending was given up with the run that failed.
      store.terminated = true;
    });
  } finally {
    Error.stackTraceLimit = before.limit;
    resourceClass.stackTrace = before.stackTrace;
    if (before.folder !== folder) process.chdir(before.folder);
    output.restore();
  }
  const logged = output.messages.filter(({ severity }) => severity === "error").map(({ text }) => text);
  const problems = problemsText(monitor.problems, monitor.resources);
  const messages = [...failures.messages(), ...logged, ...(problems === "" ? [] : [redactor.text(problems)])];
  if (messages.length > 0) throw new PlanError(messages.join("\n\n"));
  const resources = [...monitor.resources.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return {
    project: settings.project,
    stack: settings.stack,
    resources,
    places: placesOf(resources, settings),
    outputs: monitor.stackOutputs(),
    notes: [...settings.notes, ...[...monitor.notes].sort()],
    messages: output.messages,
    redactor,
  };
}

/** Programs are run by their real paths, so places are told by those. */
function placesOf(
  resources: readonly RegisteredResource[],
  { root, stack, stackFile = join(root, `Pulumi.${stack}.yaml`) }: ProjectSettings,
): ProgramRun["places"] {
  const folder = realpathSync(resolve(root));
  const file = join(folder, relative(resolve(root), resolve(stackFile)));
  return resourcePlaces(resources, repositoryOf(folder), file);
}

/** Sets the SDK's runtime up for one run. */
function prepare(settings: ProjectSettings, monitor: PlanMonitor): Store {
  runtime.setMockOptions(monitor, settings.project, settings.stack, true, "organization");
  runtime.setAllConfig({ ...settings.config }, [...settings.secretKeys]);
  const store = state.getStore();
  store.callbacks = planCallbacks;
  store.settings.options.rootDirectory = settings.root;
  return store;
}

let runs = 0;

/** Imports a program's entry, anew each time, and gives what it exports as Pulumi's own language host would take it. */
async function importProgram(main: string): Promise<unknown> {
  const url = pathToFileURL(entryFile(main));
  runs += 1;
  // Only the entry runs anew; what it imports is declarations, which do nothing by being imported.
  if (runs > 1) url.searchParams.set("run", String(runs));
  const module: Record<string, unknown> = await import(url.href);
  if (!("default" in module)) return await called(module);
  if (Object.keys(module).length > 1) {
    throw new PlanError(`${main} must have either a default export or named exports, not both`);
  }
  return await called(module.default);
}

async function called(exported: unknown): Promise<unknown> {
  return typeof exported === "function" ? await exported() : exported;
}

function entryFile(main: string): string {
  const candidates = [
    main,
    ...["index.ts", "index.mts", "index.js", "index.mjs"].map((file) => join(main, file)),
  ];
  const entry = candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  if (entry === undefined) {
    throw new PlanError(
      `there is no program at ${main}: set \`main\` in Pulumi.yaml to its entry, such as index.ts`,
    );
  }
  return realpathSync(entry);
}
