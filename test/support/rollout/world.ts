import { type Beginning, begin } from "../../../automation/rollout/driver/begin.ts";
import { drive } from "../../../automation/rollout/driver/drive.ts";
import type { DriveEnd } from "../../../automation/rollout/driver/driver.ts";
import type { DriveOptions } from "../../../automation/rollout/driver/options.ts";
import { resumeOf } from "../../../automation/rollout/driver/resume.ts";
import type { Verdict } from "../../../automation/rollout/judge/verdict.ts";
import type { RolloutEvent } from "../../../automation/rollout/machine/event.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import { type LedgerEntry, ledgerKey, type ReleaseCommand } from "../../../components/release/ledger.ts";
import { Chance } from "./chance.ts";
import { SimulatedClock } from "./clock.ts";
import { SimulatedDisk } from "./disk.ts";
import { type LedgerFaults, SimulatedLedger } from "./ledger.ts";
import { SimulatedProcess } from "./process.ts";
import { begun, judgement, START, TARGET } from "./release.ts";
import { SimulatedTraffic, type TrafficFaults } from "./traffic.ts";

/** What a simulated world is like. */
export interface Circumstances {
  readonly seed?: number;
  readonly ledger?: Partial<LedgerFaults>;
  readonly traffic?: Partial<TrafficFaults>;
  /** What each look says. Default: healthy. */
  readonly verdict?: (state: RolloutState, at: Date) => Verdict;
  /** How often drivers look at the ledger, and how long their leases last, in seconds. Default: theirs. */
  readonly rhythm?: Pick<DriveOptions, "pollSeconds" | "leaseSeconds">;
}

/** A world in which releases are driven: machines, their disks and processes, a ledger, traffic, metrics and a clock. */
export class World {
  readonly clock = new SimulatedClock(START);
  readonly chance: Chance;
  readonly ledger: SimulatedLedger;
  readonly traffic: SimulatedTraffic;
  readonly disks = new Map<string, SimulatedDisk>();
  /** All events, in the order in which drivers wrote them down. */
  readonly events: RolloutEvent[] = [];
  readonly said: string[] = [];
  readonly #verdict: NonNullable<Circumstances["verdict"]>;
  readonly #rhythm: NonNullable<Circumstances["rhythm"]>;
  #processes = 0;

  constructor({ seed = 1, ledger, traffic, verdict = () => "healthy", rhythm = {} }: Circumstances = {}) {
    this.chance = new Chance(seed);
    const noLedgerFaults = { unreachable: 0, lost: 0, conflict: 0, silent: 0 };
    this.ledger = new SimulatedLedger(this.chance, { ...noLedgerFaults, ...ledger });
    this.traffic = new SimulatedTraffic(this.chance, { failing: 0, hanging: 0, ...traffic });
    this.#verdict = verdict;
    this.#rhythm = rhythm;
  }

  /** The service's entry in the ledger. */
  get entry(): LedgerEntry | undefined {
    return this.ledger.ledger.services[ledgerKey(TARGET.system, TARGET.service)];
  }

  disk(machine: string): SimulatedDisk {
    const disk = this.disks.get(machine) ?? new SimulatedDisk();
    this.disks.set(machine, disk);
    return disk;
  }

  process(machine = "a"): SimulatedProcess {
    this.#processes += 1;
    return new SimulatedProcess(`${machine}/${this.#processes}`, machine, this.clock);
  }

  /** What a process of this world drives with. */
  options(process: SimulatedProcess, signal?: AbortSignal): DriveOptions {
    return {
      store: this.ledger.seenBy(process),
      journals: "/shop",
      holder: process.name,
      clock: process,
      openJournal: this.disk(process.machine).opener(process),
      actuator: this.traffic.movedBy(process),
      metrics: {
        address: "memory:metrics",
        look: () => process.act(this.chance.between(50, 2_000), () => ({ readings: [] })),
        budgets: async () => ({}),
      },
      judge: (state, _readings, at) => judgement(this.#verdict(state, at)),
      report: (text) => void this.said.push(text),
      observe: (_before, event) => void this.events.push(event),
      ...this.#rhythm,
      ...(signal === undefined ? {} : { signal }),
    };
  }

  /** Begins a release in a process and drives it as far as it gets. */
  async begin(
    process: SimulatedProcess,
    beginning: Partial<Beginning> = {},
    signal?: AbortSignal,
  ): Promise<DriveEnd> {
    const options = this.options(process, signal);
    const { plan, stable, candidate, by, reason } = begun();
    const course = await begin(options, {
      target: TARGET,
      plan,
      stable,
      candidate,
      by,
      reason,
      ...beginning,
    });
    return await drive(options, course);
  }

  /** Goes on with the release in another process. */
  async resume(process: SimulatedProcess): Promise<DriveEnd> {
    const options = this.options(process);
    return await drive(options, await resumeOf(options, TARGET));
  }

  /** A person's command, as `slipway release …` leaves it in the ledger. Waits for nobody. */
  ask(command: ReleaseCommand["command"], reason?: string): void {
    const { entry } = this;
    if (entry?.release === undefined) return;
    const said = { command, by: "Ada", at: this.clock.now().toISOString() };
    this.ledger.change(ledgerKey(TARGET.system, TARGET.service), {
      ...entry,
      commands: [...entry.commands, reason === undefined ? said : { ...said, reason }],
    });
  }

  /** Percent that the candidate had, one after another, after the nothing that it has at first. */
  get weights(): number[] {
    const moves = this.traffic.deeds.flatMap(({ effect }) => {
      if (effect.kind === "shift") return [effect.weight];
      return effect.kind === "withdraw" ? [0] : effect.kind === "promote" ? [100] : [];
    });
    return moves.filter((weight, index) => weight !== (moves[index - 1] ?? 0));
  }
}
