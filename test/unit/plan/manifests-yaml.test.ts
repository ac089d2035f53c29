import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { conventional, yamlText } from "../../../automation/plan/kubernetes/yaml.ts";
import type { Json } from "../../../automation/plan/wire.ts";

/** Texts that some version of YAML takes for something else when they stand without quotes. */
const AWKWARD = [
  ..."on On ON off yes Yes no NO y Y n N true True null Null NULL ~ = << - --- ... ? : # & * ! | > % @ `".split(
    " ",
  ),
  ..."1e3 1E+3 0777 0o17 0x1F 0b101 1_000 12:30:45 190:20 .5 1. +1 -0 .inf -.INF .nan 2001-01-01".split(" "),
  "2001-12-14t21:59:43.10-05:00",
  ..."a: b|- a|# a|a #b|a:|{a: 1}|[a]|'a'|\"a\"|  a|a  |\ta|!!str a|&a b|*a|%TAG|, a".split("|"),
  "",
  "\n",
  " \n",
  "a\nb",
  "a\nb\n",
  "a\n\n",
  "\na",
  "  a\nb",
  "a \nb",
  "a\n \nb",
  "a\tb\nc",
  "---\na: b\n",
  "...\na",
  "a\r\nb",
  "a\u0085b",
  "a\u2028b\nc",
  "\ufeffa",
  "a\u0000b",
  "é\nü",
  "😀",
  "x ".repeat(200),
  `${"long ".repeat(40)}\nx`,
];

const text = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** JSON as it is after a round of text: no lone halves of characters, no negative zero. */
const plain = json
  .map((value) => JSON.parse(JSON.stringify(value)) as Json)
  .filter((value) => !hasProto(value));

function hasProto(value: Json): boolean {
  return JSON.stringify(value).includes("__proto__");
}

describe("the text of a manifest", () => {
  test.each(["1.1", "1.2"] as const)("says the same to YAML %s, whatever is in it", (version) => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(parse(yamlText({ data: value }), { version })).toEqual({ data: value });
      }),
      { numRuns: 500 },
    );
  });

  test.each(AWKWARD.map((each) => [each]))("keeps %j a text, as a key and as a value", (each) => {
    for (const version of ["1.1", "1.2"] as const) {
      expect(parse(yamlText({ [each]: each, list: [each] }), { version })).toEqual({
        [each]: each,
        list: [each],
      });
    }
  });

  test("is of characters that every reader takes for what they are", () => {
    fc.assert(
      fc.property(plain, (value) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
        expect(yamlText(value)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/);
      }),
    );
  });

  test("writes lines as lines where every reader keeps them", () => {
    expect(yamlText({ a: "one\n  two\n\nthree\n", b: "one \ntwo" })).toBe(
      'a: |\n  one\n    two\n\n  three\nb: "one\\ \\ntwo"\n',
    );
  });

  test("has the comment before it, line by line", () => {
    expect(yamlText({ a: 1 }, "one\n\ntwo")).toBe("# one\n#\n# two\na: 1\n");
  });

  test("the order of keys changes nothing else", () => {
    fc.assert(fc.property(plain, (value) => void expect(conventional(value)).toEqual(value)));
    expect(
      Object.keys(conventional({ spec: 1, b: 1, a: 1, metadata: 1, kind: 1, apiVersion: 1 }) as object),
    ).toEqual(["apiVersion", "kind", "metadata", "a", "b", "spec"]);
  });
});
