import type { LedgerStore } from "../../../components/release/ledger-store.ts";
import { operate } from "../../deploy/operations.ts";
import { deployedResources, planResourceOf } from "../../deploy/state.ts";
import type { Target } from "../../deploy/target.ts";
import { slowly } from "../../deploy/tasks.ts";
import type { Doing } from "../actuator.ts";
import type { Deployer } from "../actuators/deployer.ts";
import type { Staged } from "../machine/effect.ts";
import { nameRevisions } from "./names.ts";
import { reconcileTraffic } from "./reconcile.ts";
import { releaseResources } from "./resources.ts";
import { servingRevision, stagedIn } from "./staged.ts";
import { type OpenSession, withSession } from "./with-session.ts";

/** What a release's deployments are made with. */
export interface DeployerOptions {
  readonly target: Target;
  /** The stack's ledger, which the program reads, too. */
  readonly store: LedgerStore;
  /** Packs of others, besides the project's own: folders, as `--policy-pack` takes them. Default: none. */
  readonly policyPacks?: readonly string[];
}

/**
 * Deploys what the ledger says of one service, and nothing else of its stack: the engine looks at the service's own resources
 * alone, and at what leads requests to it. What somebody left half done elsewhere in the stack file is not deployed along.
 */
export function engineDeployer({ target, store, policyPacks = [] }: DeployerOptions): Deployer {
  /** @param previews under the packs, whose stack policies stop nothing once an update began */
  const deploy = async ({ session, interrupt }: OpenSession, { state, report }: Doing, previews = true) => {
    const { system, service } = state.target;
    const resources = (await deployedResources(session)).map(planResourceOf);
    const { targets } = releaseResources(resources, system, service);
    const options = { interrupt, policyPacks, targets };
    const saying = (what: string) => slowly((message) => report(`${what}: ${message}`));
    if (previews)
      await operate(session, "preview", { ...options, report: saying("preview under the packs") });
    await operate(session, "up", { ...options, report: saying("deploying") });
    return await deployedResources(session);
  };

  /** On Cloud Run twice: a revision gets a share, a tag and with it an address only once it is there. */
  const stage = async (open: OpenSession, doing: Doing): Promise<Staged> => {
    const { state } = doing;
    const { traffic } = state.plan;
    if (traffic.kind !== "cloud-run") return stagedIn(await deploy(open, doing), state);
    const serving = servingRevision(await deployedResources(open.session), traffic);
    const known = state.candidate.revision;
    // The version before is there: the quickest way back deploys nothing. Its template follows when it is promoted.
    if (state.plan.strategy === "hotfix" && known !== undefined) {
      return { candidate: known, ...(serving === undefined ? {} : { stable: serving }) };
    }
    const { stable, candidate } = await nameRevisions(store, doing, { stable: serving });
    const first = stagedIn(await deploy(open, doing), state, stable?.revision);
    if (first.candidate === stable?.revision) {
      throw new Error(
        `the candidate is ${first.candidate}, the stable version itself: neither its image nor a setting differs, so there is nothing to release`,
      );
    }
    if (first.candidate === candidate?.revision && first.address !== undefined) return first;
    await nameRevisions(store, doing, { candidate: first.candidate });
    return stagedIn(await deploy(open, doing, false), state, stable?.revision);
  };

  const once = async (doing: Doing): Promise<void> => {
    await withSession(target, doing, (open) => deploy(open, doing));
  };
  return {
    stage: (doing) => withSession(target, doing, (open) => stage(open, doing)),
    // In a cluster the order matters, and the resources' own dependencies make it: the stable Deployment rolls over to the
    // candidate's image while the candidate has the traffic; the route waits for the whole workload, and only then leads back to
    // it; and what is no longer declared goes last, so the candidate's pods end when nobody asks them any more.
    promote: once,
    tidy: once,
    reconcile: (doing) => reconcileTraffic(target, doing),
  };
}
