import type { MeasuredService } from "../../components/objectives/measured-service.ts";
import type { ReleasePlan } from "../../components/release/plan.ts";
import { gateProblems } from "./gate-problems.ts";
import { gatesOf } from "./gates.ts";
import { questionOver } from "./metrics/questions.ts";

/** The plan that a service states; of one that states none, every objective that can be asked of one revision. */
function planOf(service: MeasuredService): ReleasePlan {
  if (service.release !== undefined) return service.release;
  const none: ReleasePlan = { strategy: "canary", steps: [], gates: [] };
  const gates = service.objectives
    .map(({ name }) => name)
    .filter((name) => gateProblems(service, { ...none, gates: [name] }).length === 0);
  return { ...none, gates };
}

/**
 * What a release of each service has to hold, for pipelines that judge by themselves: `$revision` and `$range` are theirs to
 * fill in. Events are per second.
 * @throws SlipwayError where a plan has a gate that can't be asked of one revision
 */
export function gatesText(services: readonly MeasuredService[]): string {
  const all = services.flatMap((service) => {
    const gates = gatesOf(service, planOf(service)).map(({ measure, ...gate }) => {
      const question = questionOver(service, { ...gate, measure }, "$revision", "$range");
      const queries =
        question.kind === "events"
          ? { total: question.total, bad: question.bad }
          : { value: question.kind === "value" ? question.value : question.rate };
      return { ...gate, ...queries };
    });
    return gates.length === 0 ? [] : [{ service: service.service, gates }];
  });
  return `${JSON.stringify(all, null, 2)}\n`;
}
