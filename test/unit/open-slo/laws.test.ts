import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openSloText } from "../../../automation/objectives/text.ts";
import { normalizeObjective } from "../../../components/objectives/objective.ts";
import { importObjectives } from "../../../components/objectives/open-slo/import.ts";
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
