import { expect, test } from "vitest";
import { costTotal } from "../../../automation/plan/formats/words.ts";

const group = (name: string, expected: number) => ({ name, low: 1, expected, high: 2000 });
const estimate = { low: 354.3, expected: 916.8, high: 2653.9, lines: [], services: [] };

test("EA-15 an estimate is told in one sentence, with each system's share where there are several", () => {
  const total = "$917 a month expected, $354 with no use, $2,654 at peak all day";
  expect(costTotal({ ...estimate, systems: [] })).toBe(total);
  expect(costTotal({ ...estimate, systems: [group("ethixai", 916.8)] })).toBe(total);
  expect(costTotal({ ...estimate, systems: [group("onesource", 88), group("ethixai", 828.5)] })).toBe(
    `${total}; ethixai $829, onesource $88`,
  );
});
