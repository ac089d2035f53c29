import { adviceOutsideProduction } from "../../core/environment.ts";
import { parts, violation } from "../../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { DELIVERY_PIPELINE, FLAGGER_CANARY, ROLLOUT } from "../../types.ts";

/** Switches that somebody uses in a hurry, and what each does while it is on. */
const SWITCHES: Readonly<Record<string, (props: Property) => readonly [at: Property, problem: string]>> = {
  [FLAGGER_CANARY]: (props) => [
    props.at("spec", "skipAnalysis"),
    "is true: every new version is promoted unseen, not only the hotfix that it was set for",
  ],
  [ROLLOUT]: (props) => [
    props.at("spec", "paused"),
    "is true: no new version is rolled out, also the one that mends something",
  ],
  [DELIVERY_PIPELINE]: (props) => [
    props.at("suspended"),
    "is true: no release can be made, also the one that mends something",
  ],
};

function check({ type, props }: Subject): readonly Finding[] {
  return parts(() => {
    const [at, problem] = SWITCHES[type]?.(props) ?? [];
    return at?.flag() === true && problem !== undefined ? violation(at, problem) : undefined;
  });
}

export const releaseShortcut: ResourcePolicy = {
  id: "release-shortcut-closed",
  title: "What a hotfix turned off must not stay off in the declaration.",
  severity: "medium",
  level: "mandatory",
  why: "A switch that was set for one night is forgotten by the next morning; from then on nothing is checked, or nothing can be released.",
  fix: "Take it out of the declaration. A hotfix is a single run that skips the canary and is recorded, such as `slipway release --hotfix --reason`.",
  example: {
    yaml: `apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: shop
spec:
  skipAnalysis: false`,
  },
  requirements: ["EA-10"],
  types: Object.keys(SWITCHES),
  check: (resource) => adviceOutsideProduction(resource, check(resource)),
};
