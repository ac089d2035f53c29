import type { ReleaseTest } from "../../../components/release/plan.ts";
import { seconds } from "../../../components/units.ts";
import { type Answered, beginning, type Carrier, inSeconds, send } from "./request.ts";

/** What became of one test. */
export interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  /** In one line, with status and time; where it failed, what was wanted and how the answer begins. */
  readonly text: string;
}

/**
 * Sends each test's request to a version's own address, one after the other. A test that finds no answer has failed; a driver
 * that has to end throws.
 * @param to the address, or who carries requests there
 */
export async function runTests(
  tests: readonly ReleaseTest[],
  to: string | Carrier,
  signal: AbortSignal,
): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const test of tests) {
    const answer = await send(to, test.path, seconds(test.within ?? "10 s"), signal);
    signal.throwIfAborted();
    results.push(judge(test, answer));
  }
  return results;
}

function judge({ name, path, status: wanted = 200, contains }: ReleaseTest, answer: Answered): TestResult {
  const { status, body, why } = answer;
  const head = `${name}: GET ${path} ${status === undefined ? (why ?? "") : status} in ${inSeconds(answer.seconds)}`;
  if (status === undefined) return { name, passed: false, text: head };
  const quote = body === "" ? "; the answer is empty" : `; it begins: ${beginning(body)}`;
  if (status !== wanted) return { name, passed: false, text: `${head}, wanted ${wanted}${quote}` };
  if (contains !== undefined && !body.includes(contains)) {
    return { name, passed: false, text: `${head}, without "${contains}"${quote}` };
  }
  return { name, passed: true, text: head };
}
