import { patchStatus } from "../client.ts";
import { type Condition, conditions, differs, holds } from "./conditions.ts";
import type { Kind, StandIn } from "./stand-in.ts";

/** Stand-in for a check that needs something from outside: it says of every object of a kind that it is Ready. */
export function alwaysReady(kind: Kind, reason: string, message: string): StandIn {
  return {
    kind,
    async reconcile(object, { client }) {
      const { conditions: before } = (object.status ?? {}) as { conditions?: readonly Condition[] };
      const after = conditions([holds("Ready", reason, message)], before);
      if (differs(before, after)) await patchStatus(client, kind, object, { conditions: after });
    },
  };
}
