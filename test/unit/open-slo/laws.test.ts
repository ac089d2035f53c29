import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openSloText } from "../../../automation/objectives/text.ts";
import { normalizeObjective } from "../../../components/objectives/objective.ts";
import { importObjectives } from "../../../components/objectives/open-slo/import.ts";
import { figure, ratio, slo } from "./samples.ts";
import { shopOf, shops } from "./support.ts";

describe("a round trip through OpenSLO changes nothing:", () => {
  test("an import of what was exported gives the same objectives", () => {
    fc.assert(
      fc.property(shops, (facts) => {
        const { system, services, notes } = importObjectives(openSloText([facts]), "shop.yaml");
        expect(system).toBe("shop");
        expect(notes).toEqual([]);
        expect(
          services.map(({ service, objectives }) => ({
            service,
            objectives: objectives.map(normalizeObjective),
          })),
        ).toStrictEqual(facts.services.map(({ service, objectives }) => ({ service, objectives })));
      }),
    );
  });

  test("an export of what was imported is the same to the byte", () => {
    fc.assert(
      fc.property(shops, (facts) => {
        const text = openSloText([facts]);
        expect(openSloText([shopOf(importObjectives(text, "shop.yaml"))])).toBe(text);
      }),
    );
  });
});

const metric = fc.constantFrom("a_total", "b_total", 'c{code=~"5..|429",job="x"}');
const events = fc.oneof(
  metric,
  metric.map((each) => `sum(rate(${each}[5m]))`),
  metric.map((each) => `sum by (job) (increase(${each}[{{.window}}]))`),
);
const indicator = fc.oneof(
  fc.record({ bad: events, total: events, counter: fc.boolean() }).map(({ bad, total, counter }) => ({
    ...ratio(bad, total, counter),
    budgetingMethod: "Occurrences",
    limits: {},
  })),
  fc
    .record({
      query: events,
      op: fc.constantFrom("lte", "lt", "gte", "gt"),
      value: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
    })
    .map(({ query, ...limits }) => ({ ...figure(query), budgetingMethod: "Timeslices", limits })),
);
const target = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });

/** An \`SLO\` of somebody else's. */
const foreign = fc
  .record({
    what: indicator,
    targets: fc.array(target, { minLength: 1, maxLength: 3 }),
    duration: fc.constantFrom("7d", "36h", "4w", "1M", "1Q", "90000m"),
    name: fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/),
  })
  .map(({ what: { limits, ...spec }, targets, duration, name }) =>
    slo(
      {
        ...spec,
        timeWindow: [{ duration, isRolling: true }],
        objectives: targets.map((each) => ({
          ...limits,
          target: each,
          timeSliceTarget: 1,
          timeSliceWindow: "1m",
        })),
      },
      { name },
    ),
  );

test("what was imported from others is stable from then on", () => {
  fc.assert(
    fc.property(fc.array(foreign, { minLength: 1, maxLength: 3 }), (documents) => {
      const { services } = importObjectives(documents.join("\n---\n"), "others.yaml");
      const exported = openSloText([shopOf({ services, notes: [] })]);
      const again = importObjectives(exported, "ours.yaml");
      expect(again.notes).toEqual([]);
      expect(shopOf(again)).toStrictEqual(shopOf({ services, notes: [] }));
      expect(openSloText([shopOf(again)])).toBe(exported);
    }),
  );
});
