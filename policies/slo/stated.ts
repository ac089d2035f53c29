import type { Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { OPENSLO, PYRRA, SLO, SLOTH } from "../types.ts";
import { DAY, durationAt, figure } from "./duration.ts";
import { FACT_TYPES, factsOf, objectivesOf } from "./facts.ts";

/** Types that state objectives, whoever reads them: Slipway, Cloud Monitoring, Sloth, Pyrra, OpenSLO. */
export const OBJECTIVE_TYPES = [...FACT_TYPES, SLO, SLOTH, PYRRA, OPENSLO] as const;

/** One objective, as somebody states it. What is read by a function may be unknown or misshapen: then it throws. */
export interface StatedObjective {
  /** For messages; empty where the resource states one only. */
  readonly name: string;
  /** Slipway's kind of indicator; undefined where others state it. */
  readonly kind: string | undefined;
  readonly target: Property;
  /** Percent of good events. */
  readonly percent: () => number | undefined;
  readonly window: Property;
  /** Days that it is held over; undefined where its tool decides. */
  readonly days: () => number | undefined;
  /** Labels or fields in which an owner may be named. */
  readonly labels: readonly Property[];
}

/** Days of Cloud Monitoring's calendar periods. */
const PERIODS: Readonly<Record<string, number>> = { DAY: 1, WEEK: 7, FORTNIGHT: 14, MONTH: 30 };

function share(at: Property): () => number | undefined {
  return () => {
    const value = at.number();
    return value === undefined ? undefined : figure(value * 100);
  };
}

function daysAt(at: Property): () => number | undefined {
  return () => {
    const seconds = durationAt(at);
    return seconds === undefined ? undefined : figure(seconds / DAY);
  };
}

function bySlipway(resource: Subject): StatedObjective[] {
  return factsOf(resource).flatMap((facts) =>
    objectivesOf(facts).map((at) => ({
      name: at.at("name").text() ?? "",
      kind: at.at("kind").text(),
      target: at.at("target"),
      percent: () => at.at("target").number(),
      window: at.at("windowDays"),
      days: () => at.at("windowDays").number(),
      labels: [at],
    })),
  );
}

function byCloudMonitoring({ props }: Subject): StatedObjective[] {
  const [target, rolling, calendar] = [
    props.at("goal"),
    props.at("rollingPeriodDays"),
    props.at("calendarPeriod"),
  ];
  return [
    {
      name: "",
      kind: undefined,
      target,
      percent: share(target),
      window: rolling.known && !rolling.present && calendar.present ? calendar : rolling,
      days: () => rolling.number() ?? PERIODS[calendar.text() ?? ""],
      labels: [props.at("userLabels")],
    },
  ];
}

function bySloth({ props }: Subject): StatedObjective[] {
  const spec = props.at("spec");
  return spec
    .at("slos")
    .items()
    .map((at) => ({
      name: at.at("name").text() ?? "",
      kind: undefined,
      target: at.at("objective"),
      percent: () => at.at("objective").number(),
      window: at.at("window"),
      days: () => undefined,
      labels: [at.at("labels"), spec.at("labels"), props.at("metadata", "labels")],
    }));
}

function byPyrra({ props }: Subject): StatedObjective[] {
  const [target, window] = [props.at("spec", "target"), props.at("spec", "window")];
  return [
    {
      name: "",
      kind: undefined,
      target,
      percent: () => target.number(),
      window,
      days: daysAt(window),
      labels: [props.at("metadata", "labels"), props.at("metadata", "annotations")],
    },
  ];
}

function byOpenSlo({ props }: Subject): StatedObjective[] {
  const window = props.at("spec", "timeWindow");
  const first = window.items()[0]?.at("duration") ?? window;
  return props
    .at("spec", "objectives")
    .items()
    .map((at) => {
      const inPercent = at.at("targetPercent");
      const target = inPercent.known && !inPercent.present ? at.at("target") : inPercent;
      return {
        name: at.at("displayName").text() ?? "",
        kind: undefined,
        target,
        percent: target === inPercent ? () => target.number() : share(target),
        window: first,
        days: first === window ? () => undefined : daysAt(first),
        labels: [props.at("metadata", "labels"), props.at("metadata", "annotations")],
      };
    });
}

const READERS: Readonly<Record<string, (resource: Subject) => StatedObjective[]>> = {
  [SLO]: byCloudMonitoring,
  [SLOTH]: bySloth,
  [PYRRA]: byPyrra,
  [OPENSLO]: byOpenSlo,
};

/** Objectives that a resource states. @throws UnknownRead, MalformedRead */
export function statedBy(resource: Subject): readonly StatedObjective[] {
  return (READERS[resource.type] ?? bySlipway)(resource);
}
