import { ethixaiSuite } from "./ethixai.ts";
import { UsageError } from "./failure.ts";
import type { Suite } from "./suite.ts";

/** Every suite that there is; each has the name of the system that it tests. */
const SUITES: readonly Suite[] = [ethixaiSuite()];

/** The suite of that name. @throws UsageError that names those that there are */
export function findSuite(name: string): Suite {
  const suite = SUITES.find((each) => each.name === name);
  if (suite !== undefined) return suite;
  const known = SUITES.map((each) => each.name).join(", ");
  throw new UsageError(`there is no suite "${name}". There is: ${known}.`);
}
