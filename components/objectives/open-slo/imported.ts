import type { Objective } from "../objective.ts";
import { objectiveName } from "./names.ts";
import type { Findings } from "./read.ts";

/** An objective of a file, and whose it is. */
export interface Imported {
  readonly system?: string;
  readonly service: string;
  readonly objective: Objective;
}

/** What the caller says where a file doesn't. */
export interface ImportOptions {
  /** Team that answers for objectives whose file names none. */
  readonly owner?: string;
}

type Labels = Readonly<Record<string, string | readonly string[]>>;

/**
 * The team that answers: a label or annotation `owner` or `team` of whoever says it first, else the caller's.
 * @param places what is asked, the nearest first
 */
export function ownerOf(
  at: string,
  places: readonly (Labels | undefined)[],
  { owner }: ImportOptions,
  { problems }: Findings,
): string {
  for (const labels of places) {
    const found = labels?.owner ?? labels?.team;
    const first = typeof found === "string" ? found : found?.[0];
    if (first !== undefined && first !== "") return first;
  }
  if (owner === undefined || owner === "") {
    problems.push(
      `${at}: nobody owns it: give it a label \`owner\` (or \`team\`), or say whose all such objectives are: --owner TEAM`,
    );
  }
  return owner ?? "";
}

/** A name that a service's objectives can have, and that none of those before has. */
export function freshName(wanted: string, service: string, before: readonly Imported[]): string {
  const taken = before.filter((each) => each.service === service).map(({ objective }) => objective.name);
  const plain = objectiveName(wanted);
  let name = plain;
  for (let count = 2; taken.includes(name); count += 1) name = `${plain}-${count}`;
  return name;
}
