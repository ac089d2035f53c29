/**
 * Registers the same resources by components and raw in one process, in turns, and prints `{components, raw}`: milliseconds of
 * each round for the program and the checks. They are the processor's, which other work on the machine bears on less than the
 * clock's; run with `--expose-gc`, so that no round clears away what the one before left.
 * Arguments: how many services, the module that `bench/raw.ts` wrote, how many rounds.
 */
import { runHere } from "./declare.ts";
import { type Case, interleaved } from "./measure.ts";
import { declareServices } from "./system.ts";

const [count, module = "", rounds] = process.argv.slice(2);
const { declareRaw } = (await import(module)) as { declareRaw: () => void };

function timed(name: string, program: () => void): Case {
  return {
    name,
    sample: async () => {
      globalThis.gc?.();
      const begin = process.cpuUsage();
      await runHere(program);
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 1000;
    },
  };
}

const cases = [timed("components", () => declareServices(Number(count))), timed("raw", declareRaw)];
await interleaved(cases, 3);
console.log(JSON.stringify(Object.fromEntries(await interleaved(cases, Number(rounds)))));
