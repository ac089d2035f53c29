import type { Finding, Pack, Policy, PolicyResource } from "../../../policies/core/policy.ts";
import { PlanError } from "../errors.ts";
import { AnalyzerClient, type ForeignFinding, type ForeignPolicy } from "./client.ts";
import { packFolder } from "./folder.ts";
import { PATIENCE, type PackProcess, type Patience, startPack } from "./process.ts";

/** So many resources are judged at a time. */
const AT_A_TIME = 16;

/** What the SDK says where a policy read what is not known yet. */
const UNKNOWN = /^can't run policy '.*' from policy pack '.*' during preview: /;

/** A pack that others wrote, in a process of its own. */
export interface ForeignPack {
  /** Judges a stack's resources; gives a pack that says again what this one said of them, in our terms. */
  judge(resources: readonly PolicyResource[]): Promise<Pack>;
}

/** A finding in our terms. */
function findingOf({ message, urn, level }: ForeignFinding): Finding {
  const unknown = UNKNOWN.test(message);
  return {
    message: unknown ? message.replace(UNKNOWN, "") : message,
    urn,
    ...(unknown ? { status: "not evaluated" } : {}),
    ...(level === "advisory" && !unknown ? { level } : {}),
  };
}

/** A policy that says what another one said. */
function replayed(
  id: string,
  policy: ForeignPolicy,
  byResource: readonly ForeignFinding[],
  ofStack: readonly ForeignFinding[],
): Policy {
  const found = Map.groupBy(byResource, ({ urn }) => urn);
  const mandatory = [...byResource, ...ofStack].some(({ level }) => level !== "advisory");
  return {
    id,
    title: policy.title,
    severity: policy.severity ?? "medium",
    // A policy may say of each finding how bad it is: the worst counts, and the others say so.
    level: policy.level !== "advisory" || mandatory ? "mandatory" : "advisory",
    why: policy.description,
    fix: policy.fix,
    types: /^/,
    check: ({ urn }) => (found.get(urn) ?? []).map(findingOf),
    checkStack: () => ofStack.map(findingOf),
  };
}

/** A pack that runs, and what it said of itself. */
interface Opened {
  readonly folder: string;
  readonly running: PackProcess;
  readonly client: AnalyzerClient;
  readonly info: Awaited<ReturnType<AnalyzerClient["open"]>>;
  /** Ids that other policies have. */
  readonly taken: ReadonlySet<string>;
  readonly patience: Patience;
}

class RunningPack implements ForeignPack {
  readonly #it: Opened;

  private constructor(opened: Opened) {
    this.#it = opened;
  }

  static async open(
    name: string,
    names: { readonly project: string; readonly stack: string },
    taken: ReadonlySet<string>,
    patience: Patience,
  ): Promise<RunningPack> {
    const place = packFolder(name);
    const { folder } = place;
    const running = await startPack(place, names, patience);
    const client = new AnalyzerClient(running.port, patience.call);
    try {
      const info = await client
        .open(names)
        .catch(failed({ folder, running, patience }, "when it was asked what it has"));
      return new RunningPack({ folder, running, client, info, taken, patience });
    } catch (error) {
      client.close();
      await running.end();
      throw error;
    }
  }

  /** Ids of its policies: other packs' own where nobody has them yet. */
  get ids(): readonly string[] {
    const { info, taken } = this.#it;
    return info.policies.map(({ name }) => (taken.has(name) ? `${info.name}/${name}` : name));
  }

  async judge(resources: readonly PolicyResource[]): Promise<Pack> {
    const { client, info } = this.#it;
    const byResource: ForeignFinding[] = [];
    for (let from = 0; from < resources.length; from += AT_A_TIME) {
      const some = resources
        .slice(from, from + AT_A_TIME)
        .map((resource) =>
          client.analyze(resource).catch(failed(this.#it, `on ${resource.name} (${resource.type})`)),
        );
      for (const found of await Promise.all(some)) byResource.push(...found);
    }
    const ofStack = await client.analyzeStack(resources).catch(failed(this.#it, "on the stack as a whole"));
    const { ids } = this;
    const policies = info.policies.map((policy, index) => {
      const own = ({ policy: name }: ForeignFinding) => name === policy.name;
      return replayed(ids[index] as string, policy, byResource.filter(own), ofStack.filter(own));
    });
    return {
      name: info.name,
      description: info.description,
      policies: policies.filter((_, index) => info.policies[index]?.level !== "disabled"),
    };
  }

  async close(): Promise<void> {
    this.#it.client.close();
    await this.#it.running.end();
  }
}

/** Says which pack failed at what, without the stack of its code. */
function failed(
  { folder, running, patience }: Pick<Opened, "folder" | "running" | "patience">,
  where: string,
): (error: Error & { readonly details?: string }) => never {
  return (error) => {
    if (/Deadline exceeded/i.test(error.message))
      throw new PlanError(
        `the policy pack ${folder} did not answer within ${patience.call / 1000} s ${where}`,
      );
    const said = (error.details ?? error.message).split("\n").filter((line) => !/^\s+at /.test(line));
    throw new PlanError(`the policy pack ${folder} failed ${where}: ${said.join("\n  ")}${running.said()}`);
  };
}

/**
 * Opens packs that others wrote, as the engine does, for as long as `work` takes.
 * @param taken ids of the policies that there are already; one of theirs that has such an id is named after its pack as well
 * @throws UsageError, PlanError where one can't be run, fails, or takes too long
 */
export async function withForeignPacks<Result>(
  folders: readonly string[],
  names: { readonly project: string; readonly stack: string },
  taken: readonly Pack[],
  work: (packs: readonly ForeignPack[]) => Promise<Result>,
  patience: Patience = PATIENCE,
): Promise<Result> {
  const ids = new Set(taken.flatMap((pack) => pack.policies.map(({ id }) => id)));
  const opened: RunningPack[] = [];
  try {
    for (const folder of folders) {
      const pack = await RunningPack.open(folder, names, new Set(ids), patience);
      opened.push(pack);
      for (const id of pack.ids) ids.add(id);
    }
    return await work(opened);
  } finally {
    await Promise.all(opened.map((pack) => pack.close()));
  }
}
