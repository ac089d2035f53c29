import type { Http } from "./http.ts";
import type { SmokeReport } from "./report.ts";
import { runTests, selectTests } from "./run.ts";

/** What a test has at hand. `Given` are the values that it needs, made by tests before it. */
interface SmokeContext<Given> {
  readonly http: Http;
  readonly given: Given;
  /** Names the run: in everything that it makes, and in the header `x-synthetic-run`. */
  readonly runId: string;
  /** From when on the application may remove what the run made: 24 h after its start, in ISO 8601. */
  readonly expiresAt: string;
  /** Aborted when the run's time is over. */
  readonly signal: AbortSignal;
  /** Adds a remark to the test's result, and changes nothing else. */
  note(text: string): void;
}

/** One test. `Values` is all that tests of its suite hand on to each other. */
export interface SmokeTest<Values, Needs extends keyof Values = keyof Values, Gives = Partial<Values>> {
  /** One word; what `--only` takes. */
  readonly name: string;
  /** What it shows, as a clause. */
  readonly what: string;
  /** Where one of these is missing, the test is skipped. Default: none. */
  readonly needs?: readonly Needs[];
  /** The value that it makes, if it makes one. */
  readonly gives?: keyof Values;
  /** @throws SmokeFailure that says what is wrong */
  run(context: SmokeContext<Pick<Values, Needs>>): Promise<Gives>;
}

/** Removes, after the last test, what one of them made. A failure is a note at that test. */
export interface Removal<Values, Needs extends keyof Values = keyof Values> {
  /** The value that stands for what is removed; where no test gave it, there is nothing to remove. */
  readonly of: keyof Values;
  /** What it takes; where one is missing, the thing is left to expire. */
  readonly needs: readonly Needs[];
  run(context: Pick<SmokeContext<Pick<Values, Needs>>, "http" | "given">): Promise<void>;
}

/** What a suite is made of. */
export interface SuiteDefinition<Values> {
  readonly name: string;
  /** In their order. */
  readonly tests: readonly SmokeTest<Values>[];
  /** In their order. */
  readonly removals: readonly Removal<Values>[];
}

/** A run's settings. */
export interface RunOptions {
  /** The base address of what is tested. */
  readonly url: URL;
  /** For the whole run, in seconds. Default 300. */
  readonly timeoutSeconds?: number;
  /** For each request, in seconds. Default 10. */
  readonly requestSeconds?: number;
  /** Only these tests and what they need. Default: all. */
  readonly only?: readonly string[];
  /** Ends the run early; what was made is removed all the same. */
  readonly signal?: AbortSignal;
  /** Called when a test begins. */
  readonly began?: (test: string, position: number, of: number) => void;
}

/** A suite that can be run. */
export interface Suite {
  readonly name: string;
  readonly tests: readonly { readonly name: string; readonly what: string }[];
  /** @throws UsageError where one of these tests is not there, with those that are */
  check(only: readonly string[] | undefined): void;
  /** Never throws for what the service does wrong: that is in the report. */
  run(options: RunOptions): Promise<SmokeReport>;
}

/** Makers of tests and removals for a suite with these values: each sees the values that it says it needs, no others. */
export function madeOf<Values extends object>() {
  return {
    test: <const Needs extends keyof Values = never, const Gives extends keyof Values = never>(
      test: SmokeTest<Values, Needs, Partial<Values> & Pick<Values, Gives>> & { readonly gives?: Gives },
    ): SmokeTest<Values> => test,
    removal: <const Needs extends keyof Values>(removal: Removal<Values, Needs>): Removal<Values> => removal,
  };
}

/** Makes a suite of its tests. */
export function defineSuite<Values extends object>(definition: SuiteDefinition<Values>): Suite {
  return {
    name: definition.name,
    tests: definition.tests.map(({ name, what }) => ({ name, what })),
    check: (only) => void selectTests(definition.tests, only),
    run: (options) => runTests(definition, options),
  };
}
