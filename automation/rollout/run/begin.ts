import type { LedgerEntry, Version } from "../../../components/release/ledger.ts";
import type { EmergencyStop } from "../../../components/release/plan.ts";
import { ask } from "../../ask.ts";
import { CommandFailure, EXIT } from "../../exit.ts";
import { person } from "../../flags/person.ts";
import { withProgress } from "../../plan/progress.ts";
import { begin } from "../driver/begin.ts";
import type { RolloutMetrics } from "../gate.ts";
import { readEntry } from "../ledger/update.ts";
import type { RolloutTarget } from "../machine/event.ts";
import { versionText } from "../report/words.ts";
import { releaseCommand } from "../show/commands.ts";
import { budgetProblem } from "./budget.ts";
import { keyOf, openReleases, parseService, type StackReleases } from "./context.ts";
import { driveHere } from "./drive-here.ts";
import type { BeginFlags, CommandFlags } from "./flags.ts";
import { checkImage, checkImageForm } from "./image.ts";
import { NOBODY, releaseMetrics } from "./metrics.ts";
import { rolloutPlan } from "./rollout-plan.ts";
import { findSubject, type Subject, trafficTo } from "./subject.ts";

/** What goes around a plan. */
type Skip = "hotfix" | "soak" | undefined;

/** @throws CommandFailure where options don't go together */
function skipOf({ hotfix, soak, fix, reason }: BeginFlags): Skip {
  const wrong =
    hotfix === true && soak === true
      ? "--hotfix and --soak: one skips all watching, the other is nothing else; leave one out"
      : (hotfix === true || fix === true) && (reason ?? "").trim() === ""
        ? `--${hotfix === true ? "hotfix skips what protects users" : "fix goes past a spent error budget"}: say why, for whoever looks at it later: --reason "CVE-2026-1234 in the parser"`
        : undefined;
  if (wrong !== undefined) throw new CommandFailure(wrong, EXIT.usage);
  return hotfix === true ? "hotfix" : soak === true ? "soak" : undefined;
}

/** Whether anything differs from what is stable: another image, or other settings that were deployed and not yet released. */
function isNew(stable: Version, image: string, deployed: Version): boolean {
  if (image !== stable.image) return true;
  return deployed.image === image && deployed.revision !== stable.revision;
}

/** What tells other settings of the same image apart: the revision that they made when they were deployed. */
function ofSettings(stable: Version, image: string, { revision }: Version): Pick<Version, "revision"> {
  return image === stable.image && revision !== undefined ? { revision } : {};
}

/** @throws CommandFailure where nobody agrees */
async function agree({ target }: StackReleases, flags: BeginFlags, question: string): Promise<void> {
  if (target.sandbox || flags.yes === true) return;
  if (!process.stdin.isTTY) {
    throw new CommandFailure(`${question} Nobody is at this terminal to agree: add --yes`, EXIT.usage);
  }
  if ((await ask(`${question} Type yes: `)) !== "yes")
    throw new CommandFailure("nothing was changed.", EXIT.ok);
}

/** What is to be released, for whoever has to agree. */
function planText(
  named: RolloutTarget,
  stable: Version,
  image: string,
  subject: Subject,
  skip: Skip,
): string {
  const { steps } = subject.release;
  const how =
    skip === "hotfix"
      ? "at once, skipping every step: nobody looks at its figures on the way"
      : skip === "soak"
        ? "all the traffic, probed for as long as the soak says"
        : steps.map(({ weight, hold }) => `${weight} % for ${hold}`).join(", ");
  return `Release ${image} of ${keyOf(named)} in ${named.stack}, where ${versionText(stable)} is stable: ${how}.`;
}

/** What a release needs to know before it begins, all of it read only. */
interface Ready {
  readonly named: RolloutTarget;
  readonly releases: StackReleases;
  readonly entry: LedgerEntry;
  readonly subject: Subject;
  readonly stable: Version;
  readonly metrics: RolloutMetrics;
}

async function prepare(root: string, service: string, flags: CommandFlags, looks: boolean): Promise<Ready> {
  const releases = openReleases(root, flags);
  const named = parseService(releases.target, service);
  const entry = await readEntry(releases.store, keyOf(named));
  const subject = await withProgress(`planning ${flags.stack}`, () =>
    findSubject(releases.target, named, releases.context),
  );
  const metrics = looks ? releaseMetrics(releases, subject.traffic, flags) : NOBODY;
  return { named, releases, entry, subject, stable: entry.stable ?? subject.deployed, metrics };
}

/** `slipway release begin SERVICE`: gives the exit code. */
export async function beginRelease(root: string, service: string, flags: BeginFlags): Promise<number> {
  const skip = skipOf(flags);
  if (flags.image !== undefined) checkImageForm(flags.image);
  const { named, releases, subject, stable, metrics } = await prepare(
    root,
    service,
    flags,
    skip !== "hotfix",
  );
  const image = flags.image ?? subject.declared;
  if (!isNew(stable, image, subject.deployed)) {
    throw new CommandFailure(
      `${image} is the stable version of ${keyOf(named)} in ${flags.stack} already, with all the traffic: there is nothing to release${flags.image === undefined ? "; name another by --image" : ""}`,
      EXIT.usage,
    );
  }
  const { strategy } = subject.release;
  if (strategy !== "cohort") {
    const unsure = await checkImage(`${subject.prefix}${image}`, releases.target.sandbox);
    if (unsure !== undefined) process.stderr.write(`note: ${unsure}\n`);
  }
  const traffic = trafficTo(subject, image);
  const plan = rolloutPlan(subject.measured, subject.release, traffic, skip);
  if (skip === undefined && flags.fix !== true) {
    const spent = budgetProblem(await metrics.budgets(subject.measured, new Date()), subject.release);
    if (spent !== undefined) throw new CommandFailure(`${keyOf(named)}: ${spent}`, EXIT.objective);
  }
  if (skip === "hotfix") {
    process.stderr.write(
      `WARNING: a hotfix. ${keyOf(named)} gets ${image} with all the traffic at once; no gate is looked at. Recorded: ${flags.reason}\n`,
    );
  }
  await agree(releases, flags, planText(named, stable, image, subject, skip));
  const by = await person(root);
  const reason = flags.fix === true ? `mends what spent the error budget: ${flags.reason}` : flags.reason;
  return await driveHere(releases, traffic, metrics, flags, (options) =>
    begin(options, {
      target: named,
      plan,
      stable: subject.deployed,
      candidate: { image, ...ofSettings(stable, image, subject.deployed) },
      by,
      ...(reason === undefined ? {} : { reason }),
    }),
  );
}

/** The flags that turn off what is new, at once; gives the exit code. */
async function turnFlags(
  root: string,
  flags: CommandFlags,
  { flags: values, within }: EmergencyStop,
): Promise<number> {
  const { set } = await import("../../flags/run.ts");
  const { stack, sandbox, context, kubeconfig, json, yes, reason = "emergency rollback" } = flags;
  const given = { sandbox, context, kubeconfig, json, yes };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  await set(
    root,
    Object.entries(values).map(([name, value]) => `${name}=${value}`),
    { ...options, stack, reason },
  );
  process.stderr.write(
    `Within ${within} no request is served the new way. The version before: add --version-before\n`,
  );
  return EXIT.ok;
}

/** `slipway release rollback SERVICE`: flags where the plan has some, else the version before, at once; gives the exit code. */
export async function rollBack(
  root: string,
  service: string,
  flags: CommandFlags & { readonly versionBefore?: true },
): Promise<number> {
  const { named, releases, entry, subject, stable, metrics } = await prepare(root, service, flags, false);
  if (entry.release !== undefined) {
    throw new CommandFailure(
      `a release of ${keyOf(named)} is under way; this takes its candidate back: ${releaseCommand("abort", named)}`,
      EXIT.usage,
    );
  }
  const { emergency } = subject.release;
  if (emergency !== undefined && flags.versionBefore !== true) return await turnFlags(root, flags, emergency);
  if (entry.previous === undefined) {
    throw new CommandFailure(
      `the ledger knows no version of ${keyOf(named)} before ${versionText(stable)}: release the one that you want: slipway release ${keyOf(named)} --image IMAGE --hotfix --reason "…" --stack ${flags.stack}`,
      EXIT.usage,
    );
  }
  const candidate = entry.previous;
  await agree(releases, flags, planText(named, stable, candidate.image, subject, "hotfix"));
  const by = await person(root);
  const traffic = trafficTo(subject, candidate.image);
  return await driveHere(releases, traffic, metrics, flags, (options) =>
    begin(options, {
      target: named,
      plan: rolloutPlan(subject.measured, subject.release, traffic, "hotfix"),
      candidate: {
        image: candidate.image,
        ...(candidate.revision === undefined ? {} : { revision: candidate.revision }),
      },
      by,
      reason: `rollback: ${flags.reason ?? `back from ${stable.image}`}`,
    }),
  );
}
