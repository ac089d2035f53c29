import type { Doing } from "../actuator.ts";
import type { Staged } from "../machine/effect.ts";

/**
 * Who changes what is deployed, through the engine, by what the ledger says. Each can be done twice with the same end. Only one
 * of them is under way at a time: they share the engine's lock.
 */
export interface Deployer {
  /** Deploys the candidate beside the stable version, without traffic; resolves once it is ready. */
  stage(doing: Doing): Promise<Staged>;
  /** Makes the candidate the stable version: it has all the traffic already, or gets it now where it skipped the steps. */
  promote(doing: Doing): Promise<void>;
  /** Removes the candidate. */
  tidy(doing: Doing): Promise<void>;
  /**
   * Makes the engine's state say what serves now, after traffic was moved without it. It changes nothing that serves; where it
   * fails, the next deployment does the same.
   */
  reconcile(doing: Doing): Promise<void>;
}
