import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EMPTY_ENTRY,
  type EndedRelease,
  type Ledger,
  type ReleaseCommand,
} from "../../../components/release/ledger.ts";
import { LedgerError } from "../../../components/release/ledger-store.ts";
import { ledgerToFit } from "../../../components/release/stores/fit.ts";
import { ledgerFromText, ledgerToText } from "../../../components/release/stores/text.ts";
import { ledgerWith } from "../../support/ledger/laws.ts";

const WHERE = "the ledger gs://shop-releases/production.json";
const NEXT =
  "Nothing was changed. Mend it by hand, put an earlier copy back, or move it away to begin with an empty one: then the stack file says again which versions run.";

describe("what is no ledger is refused", () => {
  test.each([
    ["", `${WHERE} holds something that is no ledger, it is no JSON: Unexpected end of JSON input. ${NEXT}`],
    [
      "null",
      `${WHERE} holds something that is no ledger, at its top: Invalid input: expected object, received null. ${NEXT}`,
    ],
    [
      '{"schemaVersion":1,"services":{"shop/api":{"candidate":{"image":"x","tag":"canary","percent":120}}}}',
      `${WHERE} holds something that is no ledger, at ["services"]["shop/api"]["candidate"]["percent"]: Too big: expected number to be <=100. ${NEXT}`,
    ],
    [
      '{"schemaVersion":1,"services":{},"more":1}',
      `${WHERE} holds something that is no ledger, at its top: Unrecognized key: "more". ${NEXT}`,
    ],
    [
      '{"schemaVersion":2,"services":[]}',
      `${WHERE} was written by a newer Slipway (schemaVersion 2, this one reads 1): update this one. Nothing was changed.`,
    ],
  ])("%j", (text, message) => {
    expect(() => ledgerFromText(text, WHERE)).toThrow(new LedgerError(message));
  });

  test("before it is written, too", () => {
    const wrong = { ...ledgerWith("shop/api:1"), services: { "shop/api": { ...EMPTY_ENTRY, token: -1 } } };
    expect(() => ledgerToText(wrong, WHERE)).toThrow(/^the ledger gs:.* is left as it is: .*\["token"\]/);
  });
});

const ended = fc.record({
  release: fc.string(),
  strategy: fc.constant("canary"),
  from: fc.string({ unit: "binary" }),
  to: fc.string(),
  began: fc.constant("2026-11-21T12:00:00.000Z"),
  ended: fc
    .date({ min: new Date("2026-01-01"), max: new Date("2027-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  outcome: fc.constantFrom("promoted" as const, "rolled-back" as const, "failed" as const),
  reason: fc.string(),
  by: fc.string(),
});
const entry = fc.record({
  stable: fc.record({ image: fc.string({ unit: "binary" }) }),
  token: fc.nat(),
  commands: fc.constant<ReleaseCommand[]>([]),
  history: fc.array(ended, { maxLength: 8 }),
});
const anyLedger: fc.Arbitrary<Ledger> = fc.record({
  schemaVersion: fc.constant(1 as const),
  services: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}\/[a-z]{1,5}$/), entry, { noNullPrototype: true }),
});

test("every ledger is read back as it was written", () => {
  fc.assert(
    fc.property(anyLedger, fc.constantFrom(undefined, 2), (ledger, indent) => {
      expect(ledgerFromText(ledgerToText(ledger, WHERE, indent), WHERE)).toEqual(ledger);
    }),
  );
});

describe("where only so much fits", () => {
  const bare = (ledger: Ledger): Ledger => ({
    ...ledger,
    services: Object.fromEntries(
      Object.entries(ledger.services).map(([key, each]) => [key, { ...each, history: [] }]),
    ),
  });
  const releases = (ledger: Ledger) => Object.values(ledger.services).flatMap(({ history }) => history);
  const bytes = (ledger: Ledger) => Buffer.byteLength(ledgerToText(ledger, WHERE));

  test("the oldest releases are dropped, as few as need be, and nothing else ever is", () => {
    fc.assert(
      fc.property(anyLedger, fc.double({ min: 0, max: 1, noNaN: true }), (ledger, share) => {
        const least = bytes(bare(ledger));
        // What separates releases counts for none of them.
        const limit = least + releases(ledger).length + Math.floor(share * (bytes(ledger) - least));
        const text = ledgerToFit(ledger, limit, WHERE);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
        const kept = ledgerFromText(text, WHERE);
        expect(bare(kept)).toEqual(bare(ledger));
        const left = releases(kept).map(({ ended }) => ended);
        const all = releases(ledger)
          .map(({ ended }) => ended)
          .toSorted();
        expect(left.toSorted()).toEqual(all.slice(all.length - left.length));
        if (bytes(ledger) <= limit) expect(kept).toEqual(ledger);
      }),
    );
  });

  test("an older release of one service goes before a newer one of another, which stay in their order", () => {
    const release = (name: string, at: string): EndedRelease => ({
      release: name,
      strategy: "canary",
      from: "1",
      to: "2",
      began: at,
      ended: at,
      outcome: "promoted",
      reason: "healthy",
      by: "ada",
    });
    const january = release("january", "2026-01-01T00:00:00.000Z");
    const march = release("march", "2026-03-01T00:00:00.000Z");
    const february = release("february", "2026-02-01T00:00:00.000Z");
    const ledger: Ledger = {
      schemaVersion: 1,
      services: {
        "shop/api": { ...EMPTY_ENTRY, history: [january, march] },
        "shop/web": { ...EMPTY_ENTRY, history: [february] },
      },
    };
    const kept = ledgerFromText(ledgerToFit(ledger, bytes(ledger) - 1, WHERE), WHERE);
    expect(kept.services["shop/api"]?.history).toEqual([march]);
    expect(kept.services["shop/web"]?.history).toEqual([february]);
  });

  test("what doesn't fit without any release is refused, with the ways out", () => {
    const ledger = ledgerWith("x".repeat(2_000));
    expect(() => ledgerToFit(ledger, 1_000, WHERE)).toThrow(
      `${WHERE} would have ${bytes(ledger)} bytes without any ended release, and 1000 fit. Nothing was written. Keep it in a bucket (gs://BUCKET/PATH.json), or give some of its systems a stack, and a ledger, of their own.`,
    );
  });
});
