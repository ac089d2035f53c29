import { createColors } from "picocolors";
import { flagsObject, overridesObject } from "../../components/flags/catalogue.ts";
import { ask } from "../ask.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { showsColor } from "../terminal.ts";
import { chooseSet } from "./choose.ts";
import { type ClusterFlags, chooseCluster, loadKubeconfig, type StackCluster } from "./cluster.ts";
import { ClusterStore } from "./cluster-store.ts";
import { type FlagSet, flagStates, readFlagSet } from "./flag-set.ts";
import { type Asked, checkReason, parseAssignments, planFlip, type Wanted } from "./flip.ts";
import { HISTORY_ANNOTATION, readHistory } from "./history.ts";
import { person } from "./person.ts";
import { renderChanges, renderHistory, renderRefresh, renderStates } from "./render.ts";
import { type FlagStore, flip } from "./store.ts";

/** Options that all subcommands share. */
export interface FlagsOptions extends ClusterFlags {
  readonly namespace?: string;
  readonly json?: true;
}

/** Options of `set` and `clear`. */
export interface FlipOptions extends FlagsOptions {
  readonly reason: string;
  readonly system?: string;
  readonly yes?: true;
}

interface Opened {
  readonly cluster: StackCluster;
  readonly store: FlagStore;
  readonly sets: FlagSet[];
  /** The place, for messages. */
  readonly where: string;
}

const paint = (stream: NodeJS.WriteStream) => createColors(showsColor(stream));

async function open(cluster: StackCluster, options: FlagsOptions): Promise<Opened> {
  const store = await ClusterStore.open(await loadKubeconfig(cluster));
  const objects = await store.list(cluster.environment, options.namespace);
  const place = options.namespace === undefined ? "" : `the namespace "${options.namespace}" of `;
  const where = `${place}the cluster "${cluster.context}"${cluster.environment === undefined ? "" : `, environment ${cluster.environment},`}`;
  return { cluster, store, sets: objects.map(readFlagSet), where };
}

/** The set of that name, or all. */
function named({ sets, where }: Opened, name: string | undefined): readonly FlagSet[] {
  if (sets.length === 0) return [chooseSet(sets, name, [], where)];
  const found = sets.filter((set) => name === undefined || set.name === name);
  return found.length > 0 ? found : [chooseSet(sets, name, [], where)];
}

const overridesOf = (store: FlagStore, set: FlagSet) => store.read(set.namespace, overridesObject(set.name));

const placeOf = ({ stack, environment, context }: StackCluster) => ({ stack, environment, context });

function print(options: FlagsOptions, value: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : text}\n`);
}

/** `slipway flags [list] [SYSTEM]` */
export async function list(root: string, name: string | undefined, options: FlagsOptions): Promise<void> {
  const opened = await open(chooseCluster(root, options), options);
  const read = async (set: FlagSet) => ({
    set,
    states: flagStates(set, await overridesOf(opened.store, set)),
  });
  const sets = await Promise.all(named(opened, name).map(read));
  const value = sets.map(({ set, states }) => ({
    name: set.name,
    namespace: set.namespace,
    system: set.system,
    flags: states,
  }));
  const text = sets.map(({ set, states }) => renderStates(set, states, paint(process.stdout)));
  print(options, { ...placeOf(opened.cluster), sets: value }, text.join("\n\n"));
}

/** `slipway flags history [SYSTEM]` */
export async function history(root: string, name: string | undefined, options: FlagsOptions): Promise<void> {
  const opened = await open(chooseCluster(root, options), options);
  const read = async (set: FlagSet) => {
    const overrides = await overridesOf(opened.store, set);
    return { set, entries: readHistory(overrides?.metadata?.annotations?.[HISTORY_ANNOTATION]) };
  };
  const sets = await Promise.all(named(opened, name).map(read));
  const value = sets.map(({ set, entries }) => ({
    name: set.name,
    namespace: set.namespace,
    history: entries,
  }));
  const text = sets.map(({ set, entries }) => renderHistory(set, entries, paint(process.stdout)));
  print(options, { ...placeOf(opened.cluster), sets: value }, text.join("\n\n"));
}

/** `slipway flags set NAME=VALUE…` */
export async function set(root: string, assignments: readonly string[], options: FlipOptions): Promise<void> {
  const wanted = parseAssignments(assignments);
  await change(root, wanted, Object.keys(wanted), options);
}

/** `slipway flags clear NAME…|--all` */
export async function clear(
  root: string,
  names: readonly string[],
  options: FlipOptions & { readonly all?: true },
): Promise<void> {
  if (names.length > 0 === (options.all === true)) {
    throw new CommandFailure(
      "name the flags whose override is to be taken away, or all of them by --all",
      EXIT.usage,
    );
  }
  const wanted = options.all ? "clear all" : Object.fromEntries(names.map((name) => [name, null]));
  await change(root, wanted, names, options);
}

async function change(
  root: string,
  wanted: Wanted,
  names: readonly string[],
  options: FlipOptions,
): Promise<void> {
  const reason = checkReason(options.reason);
  const cluster = chooseCluster(root, options);
  const consent = needsConsent(cluster, options);
  if (consent && !process.stdin.isTTY) {
    throw new CommandFailure(
      `nobody can be asked here: add --yes to change flags of the stack "${cluster.stack}".`,
      EXIT.usage,
    );
  }
  const [opened, by] = await Promise.all([open(cluster, options), person(root)]);
  const { store } = opened;
  const chosen = chooseSet(opened.sets, options.system, names, opened.where);
  const account = await store.account();
  const asked: Asked = {
    at: new Date().toISOString(),
    by,
    ...(account === undefined ? {} : { account }),
    reason,
  };
  if (consent) await confirm(opened, chosen, wanted, asked);
  const changes = await flip(store, chosen, wanted, asked);
  const refreshed =
    changes.length === 0
      ? undefined
      : await store.refresh(chosen.namespace, flagsObject(chosen.name), asked.at);
  const head = `${chosen.name} in namespace ${chosen.namespace}`;
  const text =
    refreshed === undefined
      ? `${head}: it is so already; nothing was changed.`
      : [
          `${head}:`,
          ...renderChanges(changes, paint(process.stdout)),
          `Recorded in the ConfigMap ${overridesObject(chosen.name)}, as by ${by}. No deployment undoes it: slipway flags clear does.`,
          renderRefresh(refreshed),
        ].join("\n");
  const value = {
    ...placeOf(cluster),
    name: chosen.name,
    namespace: chosen.namespace,
    ...asked,
    changes,
    pods: refreshed ?? null,
  };
  print(options, value, text);
}

/** Whether a person has to agree: in production, and where nothing says what it is. */
function needsConsent({ environment, sandbox }: StackCluster, { yes }: FlipOptions): boolean {
  return !sandbox && (environment ?? "production") === "production" && yes !== true;
}

/** @throws CommandFailure where the answer is no */
async function confirm({ store, where }: Opened, set: FlagSet, wanted: Wanted, asked: Asked): Promise<void> {
  const { changes } = planFlip(set, await overridesOf(store, set), wanted, asked);
  if (changes.length === 0) return;
  const lines = [
    `${set.name} in namespace ${set.namespace}, ${where.replace(/,$/, "")}:`,
    ...renderChanges(changes, paint(process.stderr)),
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
  if ((await ask("Set this? Type yes: ")) !== "yes")
    throw new CommandFailure("nothing was changed.", EXIT.ok);
}
