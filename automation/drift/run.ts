import { packs } from "../../policies/catalogue.ts";
import { exportedStack } from "../check/state.ts";
import { Interrupt } from "../deploy/interrupt.ts";
import { recoverState } from "../deploy/recover.ts";
import { openSession, type Session } from "../deploy/session.ts";
import { chooseTarget, type Target } from "../deploy/target.ts";
import { runSteps } from "../deploy/tasks.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { counted } from "../plan/formats/words.ts";
import { readProject } from "../plan/project.ts";
import { stackPolicySettings } from "../policies/settings.ts";
import { showsColor } from "../terminal.ts";
import { isGone } from "./events.ts";
import { brokenBy, type Drifted } from "./judge.ts";
import { type Observation, observe } from "./observe.ts";
import { driftText } from "./render.ts";
import { brokenPolicy, type DriftResult, driftedResource, nextSteps } from "./result.ts";

/** Flags of `slipway drift`. */
export interface DriftFlags {
  readonly stack: string;
  readonly sandbox?: true;
  readonly json?: true;
}

/** What was found, and what it breaks. Pure but for the day. @param state the output of `pulumi stack export` */
export function driftOf(
  { stack, sandbox }: Pick<Target, "stack" | "sandbox">,
  state: unknown,
  { drifted, warnings }: Observation,
  settings: ReturnType<typeof stackPolicySettings>,
): DriftResult {
  const source = { file: stack, text: "", named: true };
  const { subjects, custom } = exportedStack({ source, value: state, range: [0, 0] });
  const resources = new Map([...drifted].map(([urn, observed]) => [urn, driftedResource(observed)]));
  // What differs in nothing that a person could name is as it was.
  const named = [...drifted].filter(
    ([urn, observed]) => isGone(observed) || resources.get(urn)?.properties.length !== 0,
  );
  const judged = new Map<string, Drifted>(
    named.map(([urn, observed]) => [
      urn,
      { observed, paths: resources.get(urn)?.properties.map(({ path }) => path) ?? [] },
    ]),
  );
  const broken = judged.size === 0 ? [] : brokenBy(subjects, judged, packs, settings);
  const flags = `--stack ${stack}${sandbox && stack !== "sandbox" ? " --sandbox" : ""}`;
  return {
    schemaVersion: 1,
    stack,
    sandbox,
    resources: custom,
    asked: packs.flatMap((pack) => pack.policies).length,
    drifted: named.map(([, observed]) => driftedResource(observed)),
    broken: broken
      .map((one) => brokenPolicy(one, resources))
      .sort((a, b) => Number(b.blocking) - Number(a.blocking)),
    warnings,
    next: nextSteps(flags, named.length),
  };
}

/** `slipway drift`: asks what is really there, judges it, prints it; gives the exit code. */
export async function runDrift(root: string, flags: DriftFlags): Promise<number> {
  const target = chooseTarget(root, flags.stack, flags.sandbox === true);
  const settings = stackPolicySettings(readProject(root, target.stack));
  const interrupt = new Interrupt((message) => process.stderr.write(`\n${message}\n`));
  let session: Session | undefined;
  let result: DriftResult | undefined;
  try {
    await runSteps(
      [
        {
          title: target.sandbox ? "Engine and local cloud" : "Engine",
          run: async (report) => {
            session = await openSession(target, {
              report,
              signal: interrupt.asked,
              claimLost: () => interrupt.stop("another run took this stack over: stopping"),
            });
            await recoverState(session, report);
            return undefined;
          },
        },
        {
          title: "Look at what is there",
          run: async (report) => {
            const opened = session as Session;
            const state = await opened.pulumi.exportState();
            const observation = await observe(opened, { report, interrupt });
            result = driftOf(target, state, observation, settings);
            return `${counted(result.drifted.length, "resource")} changed`;
          },
        },
      ],
      flags.json === true,
    );
  } catch (error) {
    if (interrupt.happened && !(error instanceof CommandFailure))
      throw new CommandFailure("stopped; nothing was changed.", EXIT.interrupted);
    throw error;
  } finally {
    await session?.close();
    interrupt.restore();
  }
  const found = result as unknown as DriftResult;
  process.stdout.write(
    flags.json === true
      ? `${JSON.stringify(found, null, 2)}\n`
      : driftText(found, showsColor(process.stdout)),
  );
  if (found.broken.some(({ blocking }) => blocking)) return EXIT.policy;
  return found.drifted.length > 0 ? EXIT.drift : EXIT.ok;
}
