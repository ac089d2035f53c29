import { CommandFailure, EXIT } from "../exit.ts";
import type { FlagSet } from "./flag-set.ts";

/**
 * The set that is meant: the named one, or the only one, or the only one that knows all the flags.
 * @param where the cluster and environment that were looked in, for the error
 * @param names flags that it must know, where there is a choice
 * @throws CommandFailure that lists what there is
 */
export function chooseSet(
  sets: readonly FlagSet[],
  name: string | undefined,
  names: readonly string[],
  where: string,
): FlagSet {
  const called = sets.filter((set) => name === undefined || set.name === name);
  const knowing = called.filter((set) => names.every((flag) => Object.hasOwn(set.catalogue, flag)));
  const found = called.length > 1 && names.length > 0 && knowing.length > 0 ? knowing : called;
  const [set] = found;
  if (set !== undefined && found.length === 1) return set;
  if (set === undefined) throw none(sets, name, where);
  const list = found.map((each) => `  ${each.name}  in namespace ${each.namespace}`).join("\n");
  throw new CommandFailure(
    `${where} has several sets of flags that it could be; name one by --system, --namespace or both:\n${list}`,
    EXIT.usage,
  );
}

function none(sets: readonly FlagSet[], name: string | undefined, where: string): CommandFailure {
  if (sets.length === 0) {
    return new CommandFailure(
      `${where} has no flags: no ConfigMap with the label slipway.dev/flags. The deployment of a system that declares RuntimeFlags makes one.`,
    );
  }
  const known = [...new Set(sets.map((each) => each.name))].join(", ");
  return new CommandFailure(`${where} has no flags of "${name}". It has those of: ${known}`, EXIT.usage);
}
