import type { Lease } from "../../../components/release/ledger.ts";
import { isAbandoned } from "../deploy/lock.ts";

/** Whether the driver that has a lease was a process of this machine, and has ended. Of another machine nobody can tell. */
export function hasDied({ holder }: Pick<Lease, "holder">): boolean {
  const [, host = "", pid] = /^(.+)\/(\d+)\/[^/]+$/.exec(holder) ?? [];
  return pid !== undefined && isAbandoned([{ host, pid: Number(pid) }]);
}
