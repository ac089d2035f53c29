import { join } from "node:path";
import { ledgerKey } from "../../../components/release/ledger.ts";
import { LedgerError, type LedgerStore } from "../../../components/release/ledger-store.ts";
import { openLedger } from "../../../components/release/stores/open.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import { sandboxLedger } from "../../deploy/config-file.ts";
import { chooseTarget, type Target } from "../../deploy/target.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { stackOf } from "../../plan/ledger.ts";
import { readProject } from "../../plan/project.ts";
import type { RolloutTarget } from "../machine/event.ts";
import type { CommandFlags, ReleaseFlags } from "./flags.ts";

/** A stack whose releases are looked at or driven. */
export interface StackReleases {
  readonly target: Target;
  readonly store: LedgerStore;
  /** Where the journals of its releases lie on this machine. */
  readonly journals: string;
  /** Context of the kubeconfig that its stack file names. */
  readonly context: string | undefined;
}

/**
 * Opens the ledger of a stack; asks it nothing yet.
 * @throws UsageError where there is no such stack, CommandFailure where it has no ledger
 */
export function openReleases(
  root: string,
  flags: ReleaseFlags & Pick<CommandFlags, "context">,
): StackReleases {
  const target = chooseTarget(root, flags.stack, flags.sandbox === true);
  const says: { ledger?: string; cluster?: { context?: string } } = stackOf(readProject(root, flags.stack));
  const context = target.sandbox ? undefined : (flags.context ?? says.cluster?.context);
  const address = flags.ledger ?? (target.sandbox ? sandboxLedger(root, flags.stack) : says.ledger);
  if (address === undefined) {
    throw new CommandFailure(
      `the stack "${flags.stack}" names no ledger, so nobody knows which versions are stable. Say one in Pulumi.${flags.stack}.yaml:\n  slipway:stack:\n    ledger: gs://my-bucket/${flags.stack}.json      (or kubernetes://NAMESPACE/NAME, or file:PATH)\nThen deploy once, so that the program reads it: npx slipway up --stack ${flags.stack}`,
      EXIT.usage,
    );
  }
  try {
    const store = openLedger(address, { folder: root, ...(context === undefined ? {} : { context }) });
    const folder = target.sandbox ? sandboxPaths(root).folder : join(root, ".slipway");
    return { target, store, journals: join(folder, "releases"), context };
  } catch (error) {
    if (error instanceof LedgerError) throw new CommandFailure(error.message, EXIT.usage);
    throw error;
  }
}

/** `SYSTEM/SERVICE` as it is typed. @throws CommandFailure where it isn't that */
export function parseService({ stack, sandbox }: Target, text: string): RolloutTarget {
  const [, system, service] = /^([a-z][-a-z0-9]*)\/([a-z][-a-z0-9]*)$/.exec(text) ?? [];
  if (system !== undefined && service !== undefined) {
    return { stack, system, service, ...(sandbox && stack !== "sandbox" ? { sandbox } : {}) };
  }
  throw new CommandFailure(
    `"${text}" names no service: write its system, a slash and its name, such as ethixai/backend`,
    EXIT.usage,
  );
}

/** A service's key in the ledger. */
export function keyOf({ system, service }: RolloutTarget): string {
  return ledgerKey(system, service);
}
